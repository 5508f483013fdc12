#ifndef CLINUX_SYSTEM_CALLS_H
#define CLINUX_SYSTEM_CALLS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Each function behaves as the system call of its name: -1 and errno on failure.

/// A close-on-exec, non-blocking event counter.
int linux_eventfd(void);

/// A timer descriptor that never fires, and whose read fails with ECANCELED once the wall clock was set.
int linux_timerfd_for_clock_changes(void);

/// A close-on-exec pipe; `descriptors` gets the reading end, then the writing end.
int linux_pipe(int descriptors[2]);

/// The same, where reads return at once and writes wait: for the output of a program.
int linux_output_pipe(int descriptors[2]);

/// A close-on-exec file in memory with this content, at its beginning, that nobody can change any more.
int linux_sealed_memory(const void *bytes, size_t count);

/// The credentials of the process that connected, as the kernel noted them then.
int linux_peer_credentials(int socket, uid_t *user, gid_t *group, pid_t *process);

/// The supplementary groups of the process that connected. `count` holds the room in `groups` and gets the number
/// there is; ERANGE when there was too little room.
int linux_peer_groups(int socket, gid_t *groups, uint32_t *count);

/// Makes this process the parent of orphans among its descendants, or no longer.
int linux_set_child_subreaper(int enabled);

/// The number of the calling thread.
pid_t linux_thread(void);

/// A descriptor that names a process which exists now.
int linux_pidfd_open(pid_t process);

int linux_pidfd_send_signal(int pidfd, int signal);

/// How a child ended, and what it used.
struct linux_child_exit {
    int32_t code;            // exit code, or the signal's number
    int32_t by_signal;       // 1 when a signal ended it
    int64_t cpu_user_us;     // microseconds
    int64_t cpu_system_us;   // microseconds
    int64_t max_resident_kb; // KiB
    int64_t minor_faults;
    int64_t major_faults;
    int64_t blocks_read;     // of 512 bytes, from disks
    int64_t blocks_written;  // of 512 bytes, to disks
};

/// Waits for the end of the child behind `pidfd` and reaps it.
int linux_wait_pidfd(int pidfd, struct linux_child_exit *result);

/// What shadow(5) says of an account.
struct linux_shadow {
    char password_start[4]; // enough to see what stands there instead of a password, or before it
    int64_t expires;        // days since 1970; -1 is never
};

/// Looks an account up; only root may. 1 when there is an entry, 0 when there is none.
int linux_shadow(const char *name, struct linux_shadow *result);

/// Sets the mode that the socket file will have from birth: fchmod before bind, with a umask that hides nothing.
/// The umask belongs to the whole process, so call this while there is only one thread.
int linux_bind_unix(int socket, const char *path, mode_t mode);

/// Whether somebody keeps the wall clock in step (adjtimex(2)): 1 or 0, -1 with errno where it may not be asked.
int linux_clock_is_synchronised(void);

#endif
