// What the child's side of starting a job shares between its files.
//
// Order and reasons follow what service managers do: signals first, then the session, descriptors, surroundings, the
// identity (groups, gid, capabilities, uid, read back), the directory and the input as the user, and last the mask and
// execve. Only raw system calls that touch no libc state are made: the child shares the parent's memory (CLONE_VM),
// and libc's setuid wrappers would signal the parent's threads.
//
// A filter of system calls may let one return 0 without acting, so each step is read back by another call.
#ifndef CLINUX_SPAWN_CHILD_H
#define CLINUX_SPAWN_CHILD_H

#define _GNU_SOURCE
#include "include/CSpawn.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// The sanitizers must not instrument code that runs in a child on its parent's memory.
#define CHILD_SIDE __attribute__((noinline, no_sanitize("thread"), no_sanitize("address"), no_stack_protector))

struct child_order {
    const struct linux_spawn_description *description;
    struct linux_spawn_result *report; // in memory that both processes see
    int32_t join_cgroup;
};

// syscall(2) of libc writes errno, which a CLONE_VM child shares with its parent's thread; the parent sleeps until
// execve and saves its own, so this is harmless.
CHILD_SIDE static long call(long number, long a, long b, long c, long d) {
    return syscall(number, a, b, c, d, 0);
}

// Reports the step and ends the child.
CHILD_SIDE __attribute__((noreturn)) void child_give_up(const struct child_order *order, int step, int error);

// Whether two descriptors, or a path and a descriptor, are the same file. `path` may be "" for `a` itself.
CHILD_SIDE int child_same_file(int a, const char *path, int b, const char *other);

// CSpawnChild.c
CHILD_SIDE int child_main(void *order);

// CSpawnSurroundings.c: each takes its step or gives up. What is reset or given is so with the parent's rights; what
// the job wishes for is taken with the job's own, so that the kernel decides what it may have.
CHILD_SIDE void child_reset_priorities(const struct child_order *order);
CHILD_SIDE void child_take_mask(const struct child_order *order);
CHILD_SIDE void child_take_limits(const struct child_order *order, const struct linux_spawn_limit *limits,
                                  uint32_t count);
CHILD_SIDE void child_take_keyring(const struct child_order *order);
CHILD_SIDE void child_take_wishes(const struct child_order *order);
CHILD_SIDE void child_enter_directory(const struct child_order *order);
CHILD_SIDE void child_open_input(const struct child_order *order);

// CSpawnIdentity.c
CHILD_SIDE void child_take_identity(const struct child_order *order);
CHILD_SIDE void child_give_up_privileges(const struct child_order *order);

#endif
