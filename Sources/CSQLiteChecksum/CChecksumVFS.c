// A layer between SQLite and its default file system layer: sqlite.org/vfs.html#shim.
//
// SQLite brings a checksum layer of its own (ext/misc/cksumvfs.c); its sums neither know the number of the page nor the
// database, so that swapped and foreign pages fit.
#include "CPageChecksum.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#define PAGE CSQLITECHECKSUM_PAGE_SIZE

// Tells the salt of a file; numbers of one's own begin above SQLite's (sqlite3_file_control).
#define EXPECT_SALT 0x6A6F6264

// SQLite allocates one of these, followed by what the layer below needs.
typedef struct {
    sqlite3_file base;
    uint64_t salt;
    int has_checksums;
} checked_file;

static sqlite3_file *below(sqlite3_file *file) { return (sqlite3_file *)((checked_file *)file + 1); }

// Looked up anew each time: tests put a layer of their own there.
static sqlite3_vfs *lower(void) { return sqlite3_vfs_find(NULL); }

// --- A main file

static int file_close(sqlite3_file *file) { return below(file)->pMethods->xClose(below(file)); }

// Reads one whole page and proves it.
static int read_page(sqlite3_file *file, void *page, uint32_t number) {
    int code = below(file)->pMethods->xRead(below(file), page, PAGE, (sqlite3_int64)(number - 1) * PAGE);
    uint64_t salt = ((checked_file *)file)->salt;
    // A page that the file is too short for is as lost as one with other content.
    int is_damaged = code == SQLITE_IOERR_SHORT_READ || (code == SQLITE_OK && !csqlitechecksum_is_whole(page, number, salt));
    if (!is_damaged) return code;
    sqlite3_log(SQLITE_IOERR_DATA, "page %u is damaged", number);
    return SQLITE_IOERR_DATA;
}

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    // The header is read before anything else, also where the log has a newer one: whoever opens the file proves page 1.
    int is_header = offset + count <= 100;
    sqlite3_int64 size = 0;
    int code = SQLITE_OK;
    // SQLite looks for pages in a file that it has just made.
    if (offset == 0) code = below(file)->pMethods->xFileSize(below(file), &size);
    if (code != SQLITE_OK) return code;
    if (!((checked_file *)file)->has_checksums || is_header || (offset == 0 && size == 0)) {
        return below(file)->pMethods->xRead(below(file), bytes, count, offset);
    }
    uint32_t number = (uint32_t)(offset / PAGE) + 1;
    int start = (int)(offset % PAGE);
    if (start + count > PAGE) return SQLITE_IOERR_DATA;
    if (count == PAGE) return read_page(file, bytes, number);
    // A part of a page, as SQLite may read long values past its cache.
    uint8_t page[PAGE];
    code = read_page(file, page, number);
    if (code == SQLITE_OK) memcpy(bytes, page + start, (size_t)count);
    return code;
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    checked_file *checked = (checked_file *)file;
    if (!checked->has_checksums) return below(file)->pMethods->xWrite(below(file), bytes, count, offset);
    if (count != PAGE || offset % PAGE != 0) return SQLITE_IOERR_WRITE;
    uint8_t page[PAGE];
    memcpy(page, bytes, PAGE);
    csqlitechecksum_stamp(page, (uint32_t)(offset / PAGE) + 1, checked->salt);
    return below(file)->pMethods->xWrite(below(file), page, PAGE, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return below(file)->pMethods->xTruncate(below(file), size);
}

static int file_sync(sqlite3_file *file, int flags) { return below(file)->pMethods->xSync(below(file), flags); }

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return below(file)->pMethods->xFileSize(below(file), size);
}

static int file_lock(sqlite3_file *file, int level) { return below(file)->pMethods->xLock(below(file), level); }

static int file_unlock(sqlite3_file *file, int level) { return below(file)->pMethods->xUnlock(below(file), level); }

static int file_check_reserved_lock(sqlite3_file *file, int *result) {
    return below(file)->pMethods->xCheckReservedLock(below(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    if (operation != EXPECT_SALT) return below(file)->pMethods->xFileControl(below(file), operation, argument);
    checked_file *checked = (checked_file *)file;
    memcpy(&checked->salt, argument, sizeof checked->salt);
    checked->has_checksums = 1;
    return SQLITE_OK;
}

static int file_sector_size(sqlite3_file *file) { return below(file)->pMethods->xSectorSize(below(file)); }

static int file_characteristics(sqlite3_file *file) {
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **address) {
    return below(file)->pMethods->xShmMap(below(file), region, size, extend, address);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { below(file)->pMethods->xShmBarrier(below(file)); }

static int file_shm_unmap(sqlite3_file *file, int delete) {
    return below(file)->pMethods->xShmUnmap(below(file), delete);
}

// Version 2 has no memory mapping: mapped pages would be read past the proof.
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

// --- The layer

// Chooses the salt of an empty file.
static int begin_file(checked_file *checked) {
    sqlite3_int64 size;
    int code = below(&checked->base)->pMethods->xFileSize(below(&checked->base), &size);
    if (code != SQLITE_OK || size != 0) return code;
    // 0 is what pages bear that were never in a main file.
    while (checked->salt == 0) sqlite3_randomness(sizeof checked->salt, &checked->salt);
    checked->has_checksums = 1;
    return SQLITE_OK;
}

static int layer_open(sqlite3_vfs *layer, const char *name, sqlite3_file *file, int flags, int *result) {
    sqlite3_vfs *vfs = lower();
    if (vfs->szOsFile + (int)sizeof(checked_file) > layer->szOsFile) return SQLITE_CANTOPEN;
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return vfs->xOpen(vfs, name, file, flags, result);
    checked_file *checked = (checked_file *)file;
    memset(checked, 0, sizeof *checked);
    int code = vfs->xOpen(vfs, name, below(file), flags, result);
    // Without methods SQLite does not close it.
    if (code != SQLITE_OK) return code;
    file->pMethods = &methods;
    return begin_file(checked);
}

static int layer_delete(sqlite3_vfs *layer, const char *name, int sync_folder) {
    (void)layer;
    return lower()->xDelete(lower(), name, sync_folder);
}

static int layer_access(sqlite3_vfs *layer, const char *name, int flags, int *result) {
    (void)layer;
    return lower()->xAccess(lower(), name, flags, result);
}

static int layer_full_path(sqlite3_vfs *layer, const char *name, int count, char *result) {
    (void)layer;
    return lower()->xFullPathname(lower(), name, count, result);
}

static int layer_randomness(sqlite3_vfs *layer, int count, char *result) {
    (void)layer;
    return lower()->xRandomness(lower(), count, result);
}

static int layer_sleep(sqlite3_vfs *layer, int microseconds) {
    (void)layer;
    return lower()->xSleep(lower(), microseconds);
}

static int layer_current_time(sqlite3_vfs *layer, double *result) {
    (void)layer;
    return lower()->xCurrentTime(lower(), result);
}

static int layer_last_error(sqlite3_vfs *layer, int count, char *result) {
    (void)layer;
    return lower()->xGetLastError(lower(), count, result);
}

static int layer_current_time_milliseconds(sqlite3_vfs *layer, sqlite3_int64 *result) {
    (void)layer;
    return lower()->xCurrentTimeInt64(lower(), result);
}

static sqlite3_vfs layer = {
    .iVersion = 2,
    .zName = CSQLITECHECKSUM_VFS,
    .xOpen = layer_open,
    .xDelete = layer_delete,
    .xAccess = layer_access,
    .xFullPathname = layer_full_path,
    .xRandomness = layer_randomness,
    .xSleep = layer_sleep,
    .xCurrentTime = layer_current_time,
    .xGetLastError = layer_last_error,
    .xCurrentTimeInt64 = layer_current_time_milliseconds,
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int registered = SQLITE_ERROR;

static void register_layer(void) {
    if (sqlite3_initialize() != SQLITE_OK || lower() == NULL) return;
    layer.szOsFile = lower()->szOsFile + (int)sizeof(checked_file);
    layer.mxPathname = lower()->mxPathname;
    registered = sqlite3_vfs_register(&layer, 0);
}

int csqlitechecksum_register(void) {
    pthread_once(&once, register_layer);
    return registered;
}

int csqlitechecksum_expect(sqlite3 *database, uint64_t salt) {
    return sqlite3_file_control(database, "main", EXPECT_SALT, &salt);
}

void csqlitechecksum_keep_log(sqlite3 *database, int is_kept) {
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_kept, NULL);
}
