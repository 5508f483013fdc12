// What threads need from Linux and Glibc's Swift module does not offer: GNU-only thread attributes, a thread-local
// pointer, futexes, and the processor's hint for loops that wait.
#ifndef CTHREADS_H
#define CTHREADS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

// Starts a joinable thread that has every signal blocked from its first instruction on, which a mask set by the
// thread itself could not promise. stack_size is in bytes; 0 takes the system's default (ulimit -s).
// Returns 0 or an errno value: EAGAIN (no room for another thread), EINVAL (stack size out of bounds).
int cthreads_start(pthread_t *_Nonnull thread, size_t stack_size, void *_Nullable (*_Nonnull entry)(void *_Nullable),
                   void *_Nullable argument);

// Names the calling thread for ps, top and gdb. The kernel keeps 15 bytes and cuts the rest off.
void cthreads_set_name(const char *_Nonnull name);

// One pointer for each thread, NULL at first.
void *_Nullable cthreads_self(void);
void cthreads_set_self(void *_Nullable self);

// How many processors this process may run on.
int cthreads_processor_count(void);

// Asks the kernel for cthreads_heavy_fence; once for each process. Returns 0, or -1 where the kernel has none to offer.
int cthreads_enable_heavy_fence(void);

// When it returns, each running thread of this process has passed a full memory barrier since it was called.
// membarrier(2), PRIVATE_EXPEDITED.
void cthreads_heavy_fence(void);

// Sleeps as long as the 32-bit word at this address is what was seen of it, until cthreads_wake or the deadline on
// CLOCK_MONOTONIC (NULL: none); may return for no reason. Returns 0, or ETIMEDOUT. futex(2).
int cthreads_sleep(const void *_Nonnull word, uint32_t seen, const struct timespec *_Nullable deadline);

// Wakes up to so many of the threads that sleep at this word.
void cthreads_wake(const void *_Nonnull word, int count);

// Tells the processor that the caller spins on a memory cell, so that it saves power and does not speculate ahead.
static inline void cthreads_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

#endif
