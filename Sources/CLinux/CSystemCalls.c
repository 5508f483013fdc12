#define _GNU_SOURCE
#include "include/CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <shadow.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif
#ifndef P_PIDFD
#define P_PIDFD 3
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

int linux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int linux_timerfd_for_clock_changes(void) {
    int timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
    if (timer < 0) return -1;
    // As far away as the kernel takes it: it never fires by itself.
    struct itimerspec never = {.it_value.tv_sec = INT64_MAX};
    if (timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0) return timer;
    int error = errno;
    close(timer);
    errno = error;
    return -1;
}

int linux_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int linux_output_pipe(int descriptors[2]) {
    if (linux_pipe(descriptors) < 0) return -1;
    if (fcntl(descriptors[0], F_SETFL, O_NONBLOCK) == 0) return 0;
    int error = errno;
    close(descriptors[0]);
    close(descriptors[1]);
    errno = error;
    return -1;
}

int linux_sealed_memory(const void *bytes, size_t count) {
    int memory = memfd_create("jobd-input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory < 0) return -1;
    const char *next = bytes;
    size_t left = count;
    while (left > 0) {
        ssize_t written = write(memory, next, left);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) goto failed;
        next += written;
        left -= (size_t)written;
    }
    if (lseek(memory, 0, SEEK_SET) < 0) goto failed;
    if (fcntl(memory, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) goto failed;
    return memory;
failed:;
    int error = errno;
    close(memory);
    errno = error;
    return -1;
}

int linux_peer_credentials(int socket, uid_t *user, gid_t *group, pid_t *process) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -1;
    *user = credentials.uid;
    *group = credentials.gid;
    *process = credentials.pid;
    return 0;
}

int linux_peer_groups(int socket, gid_t *groups, uint32_t *count) {
    socklen_t length = *count * (socklen_t)sizeof(gid_t);
    int result = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &length);
    *count = length / sizeof(gid_t);
    return result;
}

int linux_set_child_subreaper(int enabled) { return prctl(PR_SET_CHILD_SUBREAPER, enabled, 0, 0, 0); }

pid_t linux_thread(void) { return (pid_t)syscall(SYS_gettid); }

int linux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int linux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int linux_wait_pidfd(int pidfd, struct linux_child_exit *result) {
    siginfo_t info;
    struct rusage usage;
    memset(&info, 0, sizeof info);
    // glibc's waitid hides the fifth argument, the usage.
    if (syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED, &usage) < 0) return -1;
    result->code = info.si_status;
    result->by_signal = info.si_code != CLD_EXITED;
    result->cpu_user_us = usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec;
    result->cpu_system_us = usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec;
    result->max_resident_kb = usage.ru_maxrss;
    result->minor_faults = usage.ru_minflt;
    result->major_faults = usage.ru_majflt;
    result->blocks_read = usage.ru_inblock;
    result->blocks_written = usage.ru_oublock;
    return 0;
}

int linux_bind_unix(int socket, const char *path, mode_t mode) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length + 1);
    if (fchmod(socket, mode) < 0) return -1;
    mode_t before = umask(0);
    int result = bind(socket, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1));
    int error = errno;
    umask(before);
    errno = error;
    return result;
}

int linux_clock_is_synchronised(void) {
    struct timex values = {0};
    if (adjtimex(&values) < 0) return -1;
    return (values.status & STA_UNSYNC) == 0;
}

int linux_shadow(const char *name, struct linux_shadow *result) {
    struct spwd entry, *found = NULL;
    char buffer[16 * 1024];
    int error = getspnam_r(name, &entry, buffer, sizeof buffer, &found);
    // Without the file, or without a line in it, nothing is said of the account.
    if (error == ENOENT || (error == 0 && found == NULL)) return 0;
    if (error != 0) {
        errno = error;
        return -1;
    }
    *result = (struct linux_shadow){.expires = found->sp_expire};
    if (found->sp_pwdp) strncpy(result->password_start, found->sp_pwdp, sizeof result->password_start - 1);
    return 1;
}
