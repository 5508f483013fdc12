// From clone3 to execve: the child's side of starting a job.
//
// Order and reasons follow what service managers do: signals first, then the session, descriptors, the identity
// (groups, gid, uid, read back), the directory as the user, and last the mask and execve. Only raw system calls that
// POSIX lists as async-signal-safe or that touch no libc state are made in the child: it shares the parent's memory
// (CLONE_VM), and libc's setuid wrappers would signal the parent's threads.
#define _GNU_SOURCE
#include "include/CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

// The sanitizers must not instrument code that runs in a child on its parent's memory.
#define CHILD_SIDE __attribute__((noinline, no_sanitize("thread"), no_sanitize("address"), no_stack_protector))

enum { CHILD_STACK_SIZE = 64 * 1024, KERNEL_SIGNALS = 64, KERNEL_MASK_SIZE = 8 };

// As the kernel wants it, without glibc's names for the union.
struct kernel_sigaction {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
};

struct child_order {
    const struct linux_spawn_description *description;
    struct linux_spawn_result *report; // in memory that both processes see
    int32_t join_cgroup;
};

CHILD_SIDE static long call(long number, long a, long b, long c, long d) {
    // syscall(2) of libc writes errno, which a CLONE_VM child shares with its parent's thread; the parent sleeps
    // until execve and saves its own, so this is harmless.
    return syscall(number, a, b, c, d);
}

CHILD_SIDE __attribute__((noreturn)) static void give_up(const struct child_order *order, int step, int error) {
    order->report->error = error;
    order->report->step = step;
    for (;;) call(SYS_exit_group, 127, 0, 0, 0);
}

CHILD_SIDE static void reset_signals(void) {
    struct kernel_sigaction standard = {.handler = SIG_DFL};
    for (int signal = 1; signal <= KERNEL_SIGNALS; signal++) {
        if (signal == SIGKILL || signal == SIGSTOP) continue;
        call(SYS_rt_sigaction, signal, (long)&standard, 0, KERNEL_MASK_SIZE);
    }
}

CHILD_SIDE static void join_cgroup(const struct child_order *order) {
    int procs = (int)call(SYS_openat, order->description->cgroup, (long)"cgroup.procs", O_WRONLY | O_CLOEXEC, 0);
    if (procs < 0) give_up(order, LINUX_SPAWN_STEP_CGROUP, errno);
    if (call(SYS_write, procs, (long)"0", 1, 0) != 1) give_up(order, LINUX_SPAWN_STEP_CGROUP, errno);
    call(SYS_close, procs, 0, 0, 0);
}

CHILD_SIDE static void take_descriptors(const struct child_order *order) {
    int wanted[3] = {order->description->standard_input, order->description->standard_output,
                     order->description->standard_error};
    // First out of the way of 0–2, then into place: the three may stand in each other's numbers.
    for (int i = 0; i < 3; i++) {
        wanted[i] = (int)call(SYS_fcntl, wanted[i], F_DUPFD, 3, 0);
        if (wanted[i] < 0) give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, errno);
    }
    for (int i = 0; i < 3; i++)
        if (call(SYS_dup3, wanted[i], i, 0, 0) < 0) give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, errno);
    if (call(SYS_close_range, 3, ~0U, 0, 0) < 0) give_up(order, LINUX_SPAWN_STEP_DESCRIPTORS, errno);
}

CHILD_SIDE static void take_limits(const struct child_order *order) {
    uint64_t limit[2]; // struct rlimit64: soft, hard
    if (order->description->open_file_limit == 0) return;
    if (call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)limit) < 0) give_up(order, LINUX_SPAWN_STEP_LIMITS, errno);
    limit[0] = order->description->open_file_limit;
    if (call(SYS_prlimit64, 0, RLIMIT_NOFILE, (long)limit, 0) < 0) give_up(order, LINUX_SPAWN_STEP_LIMITS, errno);
}

CHILD_SIDE static void check_identity(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    uid_t ruid, euid, suid;
    gid_t rgid, egid, sgid;
    if (call(SYS_getresuid, (long)&ruid, (long)&euid, (long)&suid, 0) < 0 ||
        call(SYS_getresgid, (long)&rgid, (long)&egid, (long)&sgid, 0) < 0)
        give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, errno);
    if (ruid != d->user || euid != d->user || suid != d->user || rgid != d->group || egid != d->group ||
        sgid != d->group)
        give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
    // The kernel sorts the list, so compare the number here and the members by search.
    gid_t now[256];
    long count = call(SYS_getgroups, 0, 0, 0, 0);
    if (count != (long)d->group_count) give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
    if (count <= 256) {
        if (call(SYS_getgroups, count, (long)now, 0, 0) != count)
            give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
        for (long i = 0; i < count; i++) {
            uint32_t j = 0;
            while (j < d->group_count && d->groups[j] != now[i]) j++;
            if (j == d->group_count) give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
        }
    }
    // Nobody but root may find a way back to root.
    if (d->user != 0 && call(SYS_setuid, 0, 0, 0, 0) == 0) give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
    if (d->user != 0 && d->group != 0 && call(SYS_setgid, 0, 0, 0, 0) == 0)
        give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
}

// Leaving uid 0 empties the effective and permitted sets, but not the inheritable one, which a service manager may
// have filled.
CHILD_SIDE static void drop_capabilities(const struct child_order *order) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    if (call(SYS_capset, (long)&header, (long)none, 0, 0) < 0) give_up(order, LINUX_SPAWN_STEP_USER, errno);
}

CHILD_SIDE static void take_identity(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    if (call(SYS_setgroups, d->group_count, (long)d->groups, 0, 0) < 0)
        give_up(order, LINUX_SPAWN_STEP_GROUPS, errno);
    if (call(SYS_setresgid, d->group, d->group, d->group, 0) < 0) give_up(order, LINUX_SPAWN_STEP_GROUP, errno);
    if (call(SYS_setresuid, d->user, d->user, d->user, 0) < 0) give_up(order, LINUX_SPAWN_STEP_USER, errno);
    if (d->user != 0) drop_capabilities(order);
    check_identity(order);
}

// As execvp reads it, but for scripts without an interpreter line, which fail: a missing file or a forbidden one lets the search go on; the error that tells most is kept.
CHILD_SIDE static int execute(const struct linux_spawn_description *d) {
    int forbidden = 0, last = ENOENT;
    for (const char *const *path = d->executables; *path; path++) {
        call(SYS_execve, (long)*path, (long)d->arguments, (long)d->environment, 0);
        last = errno;
        if (last == EACCES) forbidden = 1;
        if (last != EACCES && last != ENOENT && last != ENOTDIR && last != ENAMETOOLONG) return last;
    }
    return forbidden ? EACCES : last;
}

CHILD_SIDE static int child_main(void *argument) {
    const struct child_order *order = argument;
    const struct linux_spawn_description *d = order->description;
    reset_signals();
    if (order->join_cgroup) join_cgroup(order);
    if (call(SYS_setsid, 0, 0, 0, 0) < 0) give_up(order, LINUX_SPAWN_STEP_SESSION, errno);
    take_descriptors(order);
    call(SYS_umask, d->mask, 0, 0, 0);
    take_limits(order);
    if (d->change_identity) take_identity(order);
    if (call(SYS_chdir, (long)d->directory, 0, 0, 0) < 0) give_up(order, LINUX_SPAWN_STEP_DIRECTORY, errno);
    uint64_t none = 0;
    if (call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, KERNEL_MASK_SIZE) < 0)
        give_up(order, LINUX_SPAWN_STEP_SIGNALS, errno);
    give_up(order, LINUX_SPAWN_STEP_EXECUTE, execute(d));
}

// clone3 with a stack for the child, which libc does not offer: the child runs `entry(argument)` and never returns
// into this frame. -ENOSYS where there is no assembly for the processor.
CHILD_SIDE static long clone_child(struct clone_args *arguments, int (*entry)(void *), void *argument, void *stack) {
#if defined(__x86_64__)
    arguments->flags |= CLONE_VM;
    arguments->stack = (uintptr_t)stack;
    arguments->stack_size = CHILD_STACK_SIZE;
    register long result __asm__("rax") = SYS_clone3;
    register void *first __asm__("rdi") = arguments;
    register long second __asm__("rsi") = sizeof *arguments;
    register void *function __asm__("r8") = (void *)entry;
    register void *parameter __asm__("r9") = argument;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r9, %%rdi\n\t"
                     "call *%%r8\n\t"
                     "hlt\n"
                     "1:"
                     : "+r"(result)
                     : "r"(first), "r"(second), "r"(function), "r"(parameter)
                     : "rcx", "r11", "memory");
#elif defined(__aarch64__)
    arguments->flags |= CLONE_VM;
    arguments->stack = (uintptr_t)stack;
    arguments->stack_size = CHILD_STACK_SIZE;
    register long number __asm__("x8") = SYS_clone3;
    register long result __asm__("x0") = (long)arguments;
    register long second __asm__("x1") = sizeof *arguments;
    register void *function __asm__("x9") = (void *)entry;
    register void *parameter __asm__("x10") = argument;
    __asm__ volatile("svc #0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x29, xzr\n\t"
                     "mov x0, x10\n\t"
                     "blr x9\n\t"
                     "brk #0\n"
                     "1:"
                     : "+r"(result)
                     : "r"(number), "r"(second), "r"(function), "r"(parameter)
                     : "x30", "memory");
#else
    (void)arguments, (void)entry, (void)argument, (void)stack;
    long result = -ENOSYS;
#endif
    return result;
}

// For a kernel or a filter that refuses clone3 or birth in a cgroup. The child has a copy of the memory, so it reports
// through a page that both share.
CHILD_SIDE static long fork_child(struct child_order *order, int32_t *pidfd) {
    struct linux_spawn_result *report = order->report;
    struct linux_spawn_result *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return -errno;
    order->report = page;
    order->join_cgroup = order->description->cgroup >= 0;
    long child = syscall(SYS_clone, (unsigned long)(CLONE_VFORK | SIGCHLD), 0, 0, 0, 0);
    if (child == 0) child_main(order);
    int error = errno;
    *report = *page;
    munmap(page, sizeof *page);
    if (child < 0) return -error;
    *pidfd = (int32_t)syscall(SYS_pidfd_open, (pid_t)child, 0);
    if (*pidfd >= 0) return child;
    error = errno;
    kill((pid_t)child, SIGKILL);
    waitpid((pid_t)child, NULL, 0);
    return -error;
}

static long start_child(struct child_order *order, int32_t *pidfd) {
    __attribute__((aligned(16))) char stack[CHILD_STACK_SIZE];
    struct clone_args arguments = {
        .flags = CLONE_VFORK | CLONE_PIDFD,
        .pidfd = (uintptr_t)pidfd,
        .exit_signal = SIGCHLD,
    };
    if (order->description->cgroup >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (uint64_t)order->description->cgroup;
    }
    long child = clone_child(&arguments, child_main, order, stack);
    // ENOSYS: seccomp or a kernel before 5.3; E2BIG and EINVAL: one before 5.7; EPERM, EACCES: birth there is
    // refused. EAGAIN and ENOMEM are real answers and stay.
    if (child == -ENOSYS || child == -EINVAL || child == -E2BIG || child == -EPERM || child == -EACCES)
        child = fork_child(order, pidfd);
    return child;
}

int linux_spawn(const struct linux_spawn_description *description, struct linux_spawn_result *result) {
    *result = (struct linux_spawn_result){.pid = -1, .pidfd = -1, .step = LINUX_SPAWN_STEP_CLONE};
    struct linux_spawn_result report = {.step = LINUX_SPAWN_STEP_NONE};
    struct child_order order = {.description = description, .report = &report};

    // No handler of ours may run in a child on our memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int32_t pidfd = -1;
    long child = start_child(&order, &pidfd);
    pthread_sigmask(SIG_SETMASK, &before, NULL);

    if (child < 0) {
        result->error = (int32_t)-child;
        return -1;
    }
    if (report.step != LINUX_SPAWN_STEP_NONE) {
        siginfo_t info;
        while (waitid(P_PID, (id_t)child, &info, WEXITED) < 0 && errno == EINTR) {
        }
        close(pidfd);
        result->step = report.step;
        result->error = report.error;
        return -1;
    }
    *result = (struct linux_spawn_result){.pid = (pid_t)child, .pidfd = pidfd, .step = LINUX_SPAWN_STEP_NONE};
    return 0;
}
