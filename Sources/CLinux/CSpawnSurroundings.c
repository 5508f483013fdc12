// The child's priorities, limits, keyring, directory and input.
#include "CSpawnChild.h"

#include <fcntl.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <sched.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>

CHILD_SIDE static void take_nice(const struct child_order *order, int nice) {
    if (call(SYS_setpriority, PRIO_PROCESS, 0, nice, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_PRIORITY, errno);
    // The kernel's own call returns 20 for 0, 1 for 19, 40 for -20.
    if (call(SYS_getpriority, PRIO_PROCESS, 0, 0, 0) != 20 - nice)
        child_give_up(order, LINUX_SPAWN_STEP_PRIORITY, EPERM);
}

// Leaves a batch, idle or real-time policy that the parent may have.
CHILD_SIDE static void reset_policy(const struct child_order *order) {
    struct sched_param standard = {.sched_priority = 0};
    if (call(SYS_sched_getscheduler, 0, 0, 0, 0) == SCHED_OTHER) return;
    if (call(SYS_sched_setscheduler, 0, SCHED_OTHER, (long)&standard, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_PRIORITY, errno);
    if (call(SYS_sched_getscheduler, 0, 0, 0, 0) != SCHED_OTHER)
        child_give_up(order, LINUX_SPAWN_STEP_PRIORITY, EPERM);
}

CHILD_SIDE static void take_io_priority(const struct child_order *order, int priority) {
    if (call(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, priority, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_IO_PRIORITY, errno);
    long now = call(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0, 0, 0);
    // Some kernels tell of a process without a class the level that it has in the ordinary one.
    int is_standard = priority == 0 && IOPRIO_PRIO_CLASS(now) == IOPRIO_CLASS_BE;
    if (now != priority && !is_standard) child_give_up(order, LINUX_SPAWN_STEP_IO_PRIORITY, EPERM);
}

CHILD_SIDE static void take_out_of_memory_score(const struct child_order *order) {
    const char *text = order->description->out_of_memory_score;
    long length = 0;
    while (text[length]) length++;
    int file = (int)call(SYS_openat, AT_FDCWD, (long)"/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC, 0);
    if (file < 3) child_give_up(order, LINUX_SPAWN_STEP_OUT_OF_MEMORY_SCORE, file < 0 ? errno : EBADF);
    if (call(SYS_write, file, (long)text, length, 0) != length)
        child_give_up(order, LINUX_SPAWN_STEP_OUT_OF_MEMORY_SCORE, errno);
    char now[8] = {0};
    if (call(SYS_pread64, file, (long)now, sizeof now - 1, 0) <= 0)
        child_give_up(order, LINUX_SPAWN_STEP_OUT_OF_MEMORY_SCORE, EIO);
    for (long i = 0; i < length; i++)
        if (now[i] != text[i]) child_give_up(order, LINUX_SPAWN_STEP_OUT_OF_MEMORY_SCORE, EPERM);
    call(SYS_close, file, 0, 0, 0);
}

CHILD_SIDE void child_reset_priorities(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    if (d->reset_priority) {
        reset_policy(order);
        take_nice(order, 0);
    }
    take_io_priority(order, 0);
    if (d->out_of_memory_score) take_out_of_memory_score(order);
    // The kernel's standard, in nanoseconds; 0 would mean the parent's.
    call(SYS_prctl, PR_SET_TIMERSLACK, 50000, 0, 0);
}

CHILD_SIDE void child_take_wishes(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    if (d->has_nice) take_nice(order, d->nice);
    if (d->io_priority > 0) take_io_priority(order, d->io_priority);
    child_take_limits(order, d->own_limits, d->own_limit_count);
}

CHILD_SIDE void child_take_mask(const struct child_order *order) {
    mode_t mask = order->description->mask, other = ~mask & 0777;
    call(SYS_umask, other, 0, 0, 0);
    // Each call tells what the one before it did.
    if (call(SYS_umask, mask, 0, 0, 0) != (long)other || call(SYS_umask, mask, 0, 0, 0) != (long)mask)
        child_give_up(order, LINUX_SPAWN_STEP_MASK, EPERM);
}

CHILD_SIDE void child_take_limits(const struct child_order *order, const struct linux_spawn_limit *limits,
                                  uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint64_t now[2], wanted[2] = {limits[i].soft, limits[i].hard}; // struct rlimit64: soft, hard
        int resource = limits[i].resource;
        if (limits[i].keep_hard && call(SYS_prlimit64, 0, resource, 0, (long)now) == 0) wanted[1] = now[1];
        now[0] = ~wanted[0];
        now[1] = ~wanted[1];
        if (call(SYS_prlimit64, 0, resource, (long)wanted, 0) < 0 || call(SYS_prlimit64, 0, resource, 0, (long)now) < 0)
            child_give_up(order, LINUX_SPAWN_STEP_LIMITS, errno);
        if (now[0] != wanted[0] || now[1] != wanted[1]) child_give_up(order, LINUX_SPAWN_STEP_LIMITS, EPERM);
    }
}

// As root, where it is: a user's own quota of keys (keyrings(7), maxkeys) is smaller than the number of jobs that may
// run. The user owns it where the quota allows; whose session it is may use it in any case.
CHILD_SIDE void child_take_keyring(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    long keyring = call(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0);
    if (keyring > 0) {
        if (d->change_identity && d->user != 0) call(SYS_keyctl, KEYCTL_CHOWN, keyring, d->user, d->group);
        return;
    }
    if (keyring == 0) child_give_up(order, LINUX_SPAWN_STEP_KEYRING, EPERM);
    // A kernel without keys, a container that may not use them; or our own user's quota is used up, and then the
    // session that stays is that same user's.
    if (errno == ENOSYS || errno == EPERM || (errno == EDQUOT && !d->change_identity)) return;
    child_give_up(order, LINUX_SPAWN_STEP_KEYRING, errno);
}

CHILD_SIDE void child_enter_directory(const struct child_order *order) {
    const char *directory = order->description->directory;
    if (call(SYS_chdir, (long)directory, 0, 0, 0) < 0) child_give_up(order, LINUX_SPAWN_STEP_DIRECTORY, errno);
    if (!child_same_file(AT_FDCWD, directory, AT_FDCWD, ".")) child_give_up(order, LINUX_SPAWN_STEP_DIRECTORY, ENOENT);
}

// Without waiting for anybody: a FIFO without a writer would hold up the parent. So only files and devices are taken.
CHILD_SIDE void child_open_input(const struct child_order *order) {
    int flags = O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    int file = (int)call(SYS_openat, AT_FDCWD, (long)order->description->input_path, flags, 0);
    if (file < 3) child_give_up(order, LINUX_SPAWN_STEP_INPUT, file < 0 ? errno : EBADF);
    struct statx status = {0};
    if (syscall(SYS_statx, file, "", AT_EMPTY_PATH, STATX_TYPE, &status) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_INPUT, errno);
    if (S_ISDIR(status.stx_mode)) child_give_up(order, LINUX_SPAWN_STEP_INPUT, EISDIR);
    if (!S_ISREG(status.stx_mode) && !S_ISCHR(status.stx_mode)) child_give_up(order, LINUX_SPAWN_STEP_INPUT, EINVAL);
    if (call(SYS_fcntl, file, F_SETFL, O_RDONLY, 0) < 0 || call(SYS_dup3, file, 0, 0, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_INPUT, errno);
    if (!child_same_file(file, "", 0, "")) child_give_up(order, LINUX_SPAWN_STEP_INPUT, EBADF);
    call(SYS_close, file, 0, 0, 0);
}
