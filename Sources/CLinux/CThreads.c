#define _GNU_SOURCE
#include "CThreads.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int cthreads_start(pthread_t *thread, size_t stack_size, void *(*entry)(void *), void *argument) {
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0) return error;
    if (stack_size != 0) error = pthread_attr_setstacksize(&attributes, stack_size);
    if (error == 0) {
        sigset_t all;
        sigfillset(&all);
        error = pthread_attr_setsigmask_np(&attributes, &all);
    }
    if (error == 0) error = pthread_create(thread, &attributes, entry, argument);
    pthread_attr_destroy(&attributes);
    return error;
}

void cthreads_set_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

static __thread void *current;

void *cthreads_self(void) { return current; }
void cthreads_set_self(void *self) { current = self; }

int cthreads_processor_count(void) {
    cpu_set_t allowed;
    // Fails on machines with more processors than the set has room for: those have more than one.
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return (int)sysconf(_SC_NPROCESSORS_ONLN);
    return CPU_COUNT(&allowed);
}

int cthreads_enable_heavy_fence(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0 ? 0 : -1;
}

void cthreads_heavy_fence(void) { syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0); }

int cthreads_sleep(const void *word, uint32_t seen, const struct timespec *deadline) {
    // The one variant whose deadline is a moment, not a duration.
    long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, seen, deadline, NULL, FUTEX_BITSET_MATCH_ANY);
    return result != 0 && errno == ETIMEDOUT ? ETIMEDOUT : 0;
}

void cthreads_wake(const void *word, int count) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0); }
