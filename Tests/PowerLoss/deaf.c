/* Syncs that do nothing, loaded into jobd by LD_PRELOAD: a check of power cuts that finds no loss then is none. */

int fsync(int descriptor) {
    (void)descriptor;
    return 0;
}

int fdatasync(int descriptor) {
    return fsync(descriptor);
}
