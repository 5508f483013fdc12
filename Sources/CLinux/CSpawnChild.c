// The child's way from its first instruction to execve.
#include "CSpawnChild.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/stat.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { KERNEL_SIGNALS = 64, KERNEL_MASK_SIZE = 8 };

// As the kernel wants it, without glibc's names for the union.
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

CHILD_SIDE void child_give_up(const struct child_order *order, int step, int error) {
    order->report->error = error;
    order->report->step = step;
    for (;;) call(SYS_exit_group, 127, 0, 0, 0);
}

CHILD_SIDE int child_same_file(int a, const char *path, int b, const char *other) {
    struct statx first = {.stx_ino = 1}, second = {.stx_ino = 2};
    if (syscall(SYS_statx, a, path, AT_EMPTY_PATH, STATX_INO, &first) < 0) return 0;
    if (syscall(SYS_statx, b, other, AT_EMPTY_PATH, STATX_INO, &second) < 0) return 0;
    return first.stx_ino == second.stx_ino && first.stx_dev_major == second.stx_dev_major &&
           first.stx_dev_minor == second.stx_dev_minor;
}

// The disposition of a signal; one that cannot be is the answer to a call that did nothing.
CHILD_SIDE static void (*disposition(int signal))(int) {
    struct kernel_sigaction now = {.handler = SIG_ERR};
    call(SYS_rt_sigaction, signal, 0, (long)&now, KERNEL_MASK_SIZE);
    return now.handler;
}

// execve resets handlers, but not what is ignored; and no handler may run in a child on its parent's memory.
CHILD_SIDE static void reset_signals(const struct child_order *order) {
    struct kernel_sigaction standard = {.handler = SIG_DFL};
    for (int signal = 1; signal <= KERNEL_SIGNALS; signal++) {
        if (signal == SIGKILL || signal == SIGSTOP || disposition(signal) == SIG_DFL) continue;
        if (call(SYS_rt_sigaction, signal, (long)&standard, 0, KERNEL_MASK_SIZE) < 0)
            child_give_up(order, LINUX_SPAWN_STEP_SIGNALS, errno);
        if (disposition(signal) != SIG_DFL) child_give_up(order, LINUX_SPAWN_STEP_SIGNALS, EPERM);
    }
}

CHILD_SIDE static void join_cgroup(const struct child_order *order) {
    int procs = (int)call(SYS_openat, order->description->cgroup, (long)"cgroup.procs", O_WRONLY | O_CLOEXEC, 0);
    if (procs < 0) child_give_up(order, LINUX_SPAWN_STEP_CGROUP, errno);
    // 0 to 2 are in use: a number among them comes from a call that opened nothing.
    if (procs < 3) child_give_up(order, LINUX_SPAWN_STEP_CGROUP, EBADF);
    long written = call(SYS_write, procs, (long)"0", 1, 0);
    if (written != 1) child_give_up(order, LINUX_SPAWN_STEP_CGROUP, written < 0 ? errno : EIO);
    call(SYS_close, procs, 0, 0, 0);
}

CHILD_SIDE static void begin_session(const struct child_order *order) {
    long session = call(SYS_setsid, 0, 0, 0, 0);
    if (session < 0) child_give_up(order, LINUX_SPAWN_STEP_SESSION, errno);
    if (session != call(SYS_getpid, 0, 0, 0, 0)) child_give_up(order, LINUX_SPAWN_STEP_SESSION, EPERM);
}

CHILD_SIDE static void take_descriptors(const struct child_order *order) {
    int wanted[3] = {order->description->standard_input, order->description->standard_output,
                     order->description->standard_error};
    // First out of the way of 0–2, then into place: the three may stand in each other's numbers.
    for (int i = 0; i < 3; i++) {
        wanted[i] = (int)call(SYS_fcntl, wanted[i], F_DUPFD, 3, 0);
        if (wanted[i] < 3) child_give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, wanted[i] < 0 ? errno : EBADF);
    }
    for (int i = 0; i < 3; i++) {
        if (call(SYS_dup3, wanted[i], i, 0, 0) < 0) child_give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, errno);
        if (!child_same_file(wanted[i], "", i, "")) child_give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, EBADF);
    }
}

// Leaves 0–2 open and nothing else. Before the limits: the parent may have more descriptors than the job may.
CHILD_SIDE static void close_others(const struct child_order *order) {
    int witness = (int)call(SYS_fcntl, 0, F_DUPFD, 3, 0);
    if (witness < 3) child_give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, witness < 0 ? errno : EBADF);
    if (call(SYS_close_range, 3, ~0U, 0, 0) < 0) child_give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, errno);
    if (call(SYS_fcntl, witness, F_GETFD, 0, 0) >= 0) child_give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, EBADF);
}

CHILD_SIDE static void unblock_signals(const struct child_order *order) {
    uint64_t all = ~0ULL, now = ~0ULL;
    if (call(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&all, 0, KERNEL_MASK_SIZE) < 0 ||
        call(SYS_rt_sigprocmask, SIG_SETMASK, 0, (long)&now, KERNEL_MASK_SIZE) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_SIGNALS, errno);
    if (now != 0) child_give_up(order, LINUX_SPAWN_STEP_SIGNALS, EPERM);
}

// As execvp reads it, but for scripts without an interpreter line, which fail: a missing file or a forbidden one lets
// the search go on; the error that tells most is kept.
CHILD_SIDE static int execute(const struct linux_spawn_description *d) {
    int forbidden = 0, last = ENOENT;
    for (const char *const *path = d->executables; *path; path++) {
        if (call(SYS_execve, (long)*path, (long)d->arguments, (long)d->environment, 0) == 0) return ENOSYS;
        last = errno;
        if (last == EACCES) forbidden = 1;
        if (last != EACCES && last != ENOENT && last != ENOTDIR && last != ENAMETOOLONG) return last;
    }
    return forbidden ? EACCES : last;
}

CHILD_SIDE int child_main(void *argument) {
    const struct child_order *order = argument;
    reset_signals(order);
    if (order->join_cgroup) join_cgroup(order);
    begin_session(order);
    take_descriptors(order);
    close_others(order);
    child_reset_priorities(order);
    child_take_mask(order);
    child_take_limits(order, order->description->limits, order->description->limit_count);
    child_take_keyring(order);
    if (order->description->change_identity) child_take_identity(order);
    child_enter_directory(order);
    if (order->description->input_path) child_open_input(order);
    child_take_wishes(order);
    child_give_up_privileges(order);
    unblock_signals(order);
    child_give_up(order, LINUX_SPAWN_STEP_EXECUTE, execute(order->description));
}
