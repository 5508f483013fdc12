/* Notes what a process does to the files below a folder, and what it sends to clients; LD_PRELOAD loads it into jobd.

   RECORDER_FOLDER is the folder, RECORDER_LOG the file that records are added to. One lock is held while a call is made
   and noted, so that the order of the log is the order of the calls; only a sync is noted twice, when it begins and
   when it has succeeded, and others go on meanwhile. Answers are noted of those clients whose socket is bound to an
   abstract name that begins with "power-": so it is known what each was told at any point of the log.

   SQLite's shared-memory file is left out, since it is made anew after a power cut. Whatever else could change a file
   past these functions is noted as a fault of the recording. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* recording.py reads these. `file` counts opens; 0 is none. */
struct record {
    uint32_t kind, file;
    uint64_t time; /* CLOCK_MONOTONIC, ns */
    uint64_t number; /* an offset, a size, flags, the number of a sync, or the length of the payload's first part */
    uint64_t length; /* of the payload that follows */
};

enum { DESCRIPTORS = 65536, LOG_DESCRIPTOR = 900 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_file = -1;
static char folder[PATH_MAX], parent[PATH_MAX];
static size_t folder_length;
static uint32_t files[DESCRIPTORS]; /* by descriptor */
static char is_folder[DESCRIPTORS];
static uint32_t opens;
static uint64_t syncs;

static void note(char kind, uint32_t file, uint64_t number, const struct iovec *parts, int count, size_t length) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t time = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    struct record record = { (uint32_t)kind, file, time, number, length };
    struct iovec all[count + 1];
    all[0] = (struct iovec){ &record, sizeof record };
    /* No more of the parts than the call has taken. */
    int used = 1;
    for (int i = 0; i < count && length > 0; i++) {
        size_t size = parts[i].iov_len < length ? parts[i].iov_len : length;
        all[used++] = (struct iovec){ parts[i].iov_base, size };
        length -= size;
    }
    if (syscall(SYS_writev, log_file, all, used) < (long)sizeof record) abort();
}

static void note_bytes(char kind, uint32_t file, uint64_t number, const void *bytes, size_t length) {
    struct iovec part = { (void *)bytes, length };
    note(kind, file, number, &part, 1, length);
}

static void note_text(char kind, uint32_t file, uint64_t number, const char *text) {
    note_bytes(kind, file, number, text, strlen(text));
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("RECORDER_LOG"), *wanted = getenv("RECORDER_FOLDER");
    if (!path || !wanted) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0 || syscall(SYS_dup3, file, LOG_DESCRIPTOR, O_CLOEXEC) < 0) abort();
    syscall(SYS_close, file);
    snprintf(folder, sizeof folder, "%s", wanted);
    folder_length = strlen(folder);
    snprintf(parent, sizeof parent, "%s", wanted);
    *strrchr(parent, '/') = 0;
    log_file = LOG_DESCRIPTOR;
    note_text('P', 0, (uint64_t)getpid(), "");
    unsetenv("LD_PRELOAD"); /* What it starts is not recorded. */
}

/* The name below the folder: "" for itself, ".." for the one that it is in; NULL for what is elsewhere. */
static const char *below(int at, const char *path, char *space) {
    if (log_file < 0) return NULL;
    if (path[0] != '/') {
        char link[64];
        snprintf(link, sizeof link, at == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", at);
        ssize_t length = readlink(link, space, PATH_MAX - 1);
        if (length < 0) return NULL;
        snprintf(space + length, (size_t)(PATH_MAX - length), "/%s", path);
        path = space;
    }
    if (strcmp(path, parent) == 0) return "..";
    if (strncmp(path, folder, folder_length) != 0) return NULL;
    const char *name = path + folder_length;
    if (*name != 0 && *name != '/') return NULL;
    size_t length = strlen(name);
    if (length > 0 && name[length - 1] == '/') {
        /* A folder is the same with a slash behind it. */
        if (path != space) name = strcpy(space, name);
        space[strlen(space) - 1] = 0;
        length--;
    }
    return length > 4 && strcmp(name + length - 4, "-shm") == 0 ? NULL : name;
}

static uint32_t file_of(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS ? files[descriptor] : 0;
}

/* MARK: Open and close */

static int open_at(int at, const char *path, int flags, mode_t mode) {
    char space[PATH_MAX];
    const char *name = below(at, path, space);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_openat, at, path, flags, mode), error = errno;
    if (result >= 0 && result < DESCRIPTORS) {
        struct stat status;
        files[result] = 0;
        if (name && fstat(result, &status) == 0) {
            files[result] = ++opens;
            is_folder[result] = S_ISDIR(status.st_mode);
            note_text(is_folder[result] ? 'd' : 'O', files[result], (uint64_t)flags, name);
            if (flags & (O_DSYNC | O_TMPFILE) & ~O_DIRECTORY) note_text('X', 0, 0, "O_DSYNC or O_TMPFILE");
        }
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

#define MODE(last) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, last); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return open_at(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return open_at(at, path, flags, mode); }
int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

int close(int descriptor) {
    pthread_mutex_lock(&lock);
    if (descriptor >= 0 && descriptor < DESCRIPTORS) files[descriptor] = 0;
    int result = (int)syscall(SYS_close, descriptor), error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

/* MARK: Write, to files and to clients */

static int client(int descriptor, struct sockaddr_un *peer, size_t *length) {
    socklen_t size = sizeof *peer;
    if (getpeername(descriptor, (struct sockaddr *)peer, &size) < 0 || peer->sun_family != AF_UNIX) return 0;
    *length = size - offsetof(struct sockaddr_un, sun_path);
    return *length > 7 && peer->sun_path[0] == 0 && memcmp(peer->sun_path + 1, "power-", 6) == 0;
}

/* A system call with its arguments. */
#define CALL(...) (const long[7]) { __VA_ARGS__ }

static long make(const long call[7]) {
    return syscall(call[0], call[1], call[2], call[3], call[4], call[5], call[6]);
}

static off_t place_in(int descriptor) {
    struct stat status;
    if (fcntl(descriptor, F_GETFL) & O_APPEND && fstat(descriptor, &status) == 0) return status.st_size;
    return (off_t)syscall(SYS_lseek, descriptor, 0, SEEK_CUR);
}

/* Makes a call that writes, and notes what it has written. An offset of -1 is where the file stands. */
static ssize_t written(int descriptor, const struct iovec *parts, int count, off_t offset, const long call[7]) {
    if (log_file < 0) return make(call);
    pthread_mutex_lock(&lock);
    uint32_t file = file_of(descriptor);
    if (file && offset < 0) offset = place_in(descriptor);
    ssize_t result = make(call);
    int error = errno;
    struct sockaddr_un peer;
    size_t length;
    if (result > 0 && file) {
        note('W', file, (uint64_t)offset, parts, count, (size_t)result);
    } else if (result > 0 && client(descriptor, &peer, &length)) {
        struct iovec all[count + 1];
        all[0] = (struct iovec){ peer.sun_path + 1, length - 1 };
        memcpy(all + 1, parts, sizeof *parts * (size_t)count);
        note('A', 0, length - 1, all, count + 1, length - 1 + (size_t)result);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    struct iovec part = { (void *)bytes, length };
    return written(descriptor, &part, 1, -1, CALL(SYS_write, descriptor, (long)bytes, (long)length));
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    return written(descriptor, parts, count, -1, CALL(SYS_writev, descriptor, (long)parts, count));
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    struct iovec part = { (void *)bytes, length };
    return written(descriptor, &part, 1, offset, CALL(SYS_pwrite64, descriptor, (long)bytes, (long)length, offset));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    return pwrite64(descriptor, bytes, length, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    return written(descriptor, parts, count, offset, CALL(SYS_pwritev, descriptor, (long)parts, count, offset));
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return pwritev64(descriptor, parts, count, offset);
}

ssize_t sendto(
    int descriptor, const void *bytes, size_t length, int flags, const struct sockaddr *address, socklen_t size
) {
    struct iovec part = { (void *)bytes, length };
    return written(
        descriptor, &part, 1, -1,
        CALL(SYS_sendto, descriptor, (long)bytes, (long)length, flags, (long)address, (long)size));
}

ssize_t send(int descriptor, const void *bytes, size_t length, int flags) {
    return sendto(descriptor, bytes, length, flags, NULL, 0);
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
    return written(
        descriptor, message->msg_iov, (int)message->msg_iovlen, -1,
        CALL(SYS_sendmsg, descriptor, (long)message, flags));
}

/* MARK: Sizes */

static int sized(int descriptor, char kind, off_t size, long result) {
    int error = errno;
    if (result == 0 && file_of(descriptor)) note_text(kind, file_of(descriptor), (uint64_t)size, "");
    errno = error;
    return (int)result;
}

int ftruncate64(int descriptor, off64_t size) {
    pthread_mutex_lock(&lock);
    int result = sized(descriptor, 'T', size, syscall(SYS_ftruncate, descriptor, size));
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

int fallocate64(int descriptor, int mode, off64_t offset, off64_t length) {
    pthread_mutex_lock(&lock);
    if (mode != 0 && file_of(descriptor)) note_text('X', 0, 0, "an fallocate that does not just add");
    int result = sized(descriptor, 'F', offset + length, syscall(SYS_fallocate, descriptor, mode, offset, length));
    pthread_mutex_unlock(&lock);
    return result;
}

int fallocate(int descriptor, int mode, off_t offset, off_t length) {
    return fallocate64(descriptor, mode, offset, length);
}
int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
    return fallocate64(descriptor, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate(int descriptor, off_t offset, off_t length) {
    return posix_fallocate64(descriptor, offset, length);
}

/* MARK: Syncs */

static int synced(int descriptor, long call) {
    pthread_mutex_lock(&lock);
    uint32_t file = file_of(descriptor);
    uint64_t number = ++syncs;
    if (file) note_text('S', file, number, "");
    pthread_mutex_unlock(&lock);
    int result = (int)syscall(call, descriptor), error = errno;
    if (file && result == 0) {
        pthread_mutex_lock(&lock);
        note_text('D', file, number, "");
        pthread_mutex_unlock(&lock);
    }
    errno = error;
    return result;
}

int fsync(int descriptor) { return synced(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synced(descriptor, SYS_fdatasync); }

/* MARK: Names */

static int renamed(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    char first[PATH_MAX], second[PATH_MAX];
    const char *old = below(from_at, from, first), *new = below(to_at, to, second);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags), error = errno;
    if (result == 0 && (old || new)) {
        if (!old || !new || flags & ~(unsigned)RENAME_NOREPLACE) note_text('X', 0, 0, "a rename out or in");
        if (!old) old = "";
        if (!new) new = "";
        struct iovec parts[] = { { (void *)old, strlen(old) }, { (void *)new, strlen(new) } };
        note('R', 0, parts[0].iov_len, parts, 2, parts[0].iov_len + parts[1].iov_len);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_at, const char *from, int to_at, const char *to) {
    return renamed(from_at, from, to_at, to, 0);
}
int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
    return renamed(from_at, from, to_at, to, flags);
}

static int removed(int at, const char *path, int flags) {
    char space[PATH_MAX];
    const char *name = below(at, path, space);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_unlinkat, at, path, flags), error = errno;
    if (result == 0 && name) note_text('U', 0, 0, name);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return removed(at, path, flags); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int at, const char *path, mode_t mode) {
    char space[PATH_MAX];
    const char *name = below(at, path, space);
    pthread_mutex_lock(&lock);
    int result = (int)syscall(SYS_mkdirat, at, path, mode), error = errno;
    if (result == 0 && name) note_text('M', 0, 0, name);
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* MARK: What is not followed */

static void refuse(int descriptor, const char *what) {
    if (!file_of(descriptor) || is_folder[descriptor]) return;
    pthread_mutex_lock(&lock);
    note_text('X', file_of(descriptor), 0, what);
    pthread_mutex_unlock(&lock);
}

void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off64_t offset) {
    if (protection & PROT_WRITE && flags & MAP_SHARED) refuse(descriptor, "a mapping that can be written");
    return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    return mmap64(address, length, protection, flags, descriptor, offset);
}

int dup(int descriptor) {
    refuse(descriptor, "dup");
    return (int)syscall(SYS_dup, descriptor);
}

int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    char space[PATH_MAX];
    if (below(to_at, to, space)) note_text('X', 0, 0, "a hard link");
    return (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
    refuse(to, "sendfile");
    return syscall(SYS_sendfile, to, from, offset, count);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, offset, count); }

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned flags) {
    refuse(to, "copy_file_range");
    return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, count, flags);
}
