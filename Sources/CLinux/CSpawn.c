// From clone3 to a started program: the parent's side. The child's is in CSpawnChild.c.
#include "CSpawnChild.h"
#include "include/CSystemCalls.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif

enum { CHILD_STACK_SIZE = 64 * 1024 };

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

// A birth that fails late leaves the number that its pidfd was to have, which is free for any other file.
static void forget(int32_t *pidfd) { __atomic_store_n(pidfd, -1, __ATOMIC_RELEASE); }

// For a kernel or a filter that refuses clone3 or birth in a cgroup. The child has a copy of the memory, so it reports
// through a page that both share.
CHILD_SIDE static long fork_child(struct child_order *order, int32_t *pidfd) {
    struct linux_spawn_result *report = order->report;
    struct linux_spawn_result *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return -errno;
    order->report = page;
    order->join_cgroup = order->description->cgroup >= 0;
    // With its pidfd from birth: a child whose pidfd cannot be made must not run.
    unsigned long flags = CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
    long child = syscall(SYS_clone, flags, 0, pidfd, 0, 0);
    if (child == 0) child_main(order);
    int error = errno;
    *report = *page;
    munmap(page, sizeof *page);
    if (child >= 0) return child;
    forget(pidfd);
    return -error;
}

static long start_child(struct child_order *order, int32_t *pidfd) {
    if (order->description->cgroup >= 0 && order->description->join_cgroup) return fork_child(order, pidfd);
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
    if (child < 0) forget(pidfd);
    // ENOSYS: seccomp or a kernel before 5.3; E2BIG and EINVAL: one before 5.7; EPERM, EACCES: birth there is
    // refused. EAGAIN and ENOMEM are real answers and stay.
    if (child == -ENOSYS || child == -EINVAL || child == -E2BIG || child == -EPERM || child == -EACCES)
        child = fork_child(order, pidfd);
    return child;
}

CHILD_SIDE static int end_at_once(void *unused) {
    (void)unused;
    for (;;) call(SYS_exit_group, 0, 0, 0, 0);
}

// Since Linux 6.14, and where that was ported back, a fork counts as having raced with cgroup.kill when the groups of
// parent and child were not killed equally often.
int linux_birth_works(int cgroup) {
    __attribute__((aligned(16))) char stack[CHILD_STACK_SIZE];
    struct clone_args arguments = {
        .flags = CLONE_VFORK | CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (uint64_t)cgroup};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long child = clone_child(&arguments, end_at_once, NULL, stack);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0) return 1;
    siginfo_t info = {0};
    while (waitid(P_PID, (id_t)child, &info, WEXITED) < 0 && errno == EINTR) {
    }
    return info.si_code == CLD_EXITED;
}

int linux_spawn(const struct linux_spawn_description *description, int32_t *pidfd, struct linux_spawn_result *result) {
    *result = (struct linux_spawn_result){.pid = -1, .step = LINUX_SPAWN_STEP_CLONE};
    struct linux_spawn_result report = {.step = LINUX_SPAWN_STEP_NONE};
    struct child_order order = {.description = description, .report = &report};

    // No handler of ours may run in a child on our memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    long child = start_child(&order, pidfd);
    pthread_sigmask(SIG_SETMASK, &before, NULL);

    if (child < 0) {
        result->error = (int32_t)-child;
        return -1;
    }
    if (report.step != LINUX_SPAWN_STEP_NONE) {
        siginfo_t info;
        while (waitid(P_PID, (id_t)child, &info, WEXITED) < 0 && errno == EINTR) {
        }
        result->step = report.step;
        result->error = report.error;
        return -1;
    }
    *result = (struct linux_spawn_result){.pid = (pid_t)child, .step = LINUX_SPAWN_STEP_NONE};
    return 0;
}

int linux_spawn_kill(const int32_t *pidfd) {
    int number = __atomic_load_n(pidfd, __ATOMIC_ACQUIRE);
    if (number >= 0) return linux_pidfd_send_signal(number, SIGKILL);
    errno = ESRCH;
    return -1;
}
