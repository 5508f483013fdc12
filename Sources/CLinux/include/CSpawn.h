#ifndef CLINUX_SPAWN_H
#define CLINUX_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

/// One limit of setrlimit(2).
struct linux_spawn_limit {
    int32_t resource;
    int32_t keep_hard; // 1: the hard limit stays what it is
    uint64_t soft;     // UINT64_MAX is no limit
    uint64_t hard;
};

/// Everything a child needs between clone3 and execve, prepared by the parent: the child allocates nothing, opens
/// nothing and looks nothing up.
struct linux_spawn_description {
    const char *const *executables; // paths to try in order, ended by NULL: the result of a PATH search not yet made
    char *const *arguments;         // ended by NULL; the first is the name
    char *const *environment;       // ended by NULL
    const char *directory;          // entered as the user
    int32_t standard_input;
    int32_t standard_output;
    int32_t standard_error;
    int32_t cgroup;                 // directory descriptor to be born in, or -1
    int32_t join_cgroup;            // 1: it is not born there, but joins
    const char *input_path;         // opened as the user in the place of standard_input; NULL for none
    mode_t mask;                    // umask
    int32_t reset_priority;         // 1: the ordinary scheduling policy, and nice 0
    const char *out_of_memory_score; // for /proc/self/oom_score_adj; NULL leaves the parent's
    const struct linux_spawn_limit *limits; // given with the parent's rights
    uint32_t limit_count;
    // What the job wishes for, taken with its own rights.
    int32_t has_nice;               // 1: take `nice`
    int32_t nice;
    int32_t io_priority;            // as ioprio_set(2) wants it; 0 is none of its own
    const struct linux_spawn_limit *own_limits;
    uint32_t own_limit_count;
    int32_t allow_new_privileges;   // 0: set-uid programs and file capabilities give it nothing
    int32_t change_identity;        // 1: take on user, group and groups, and read them back
    uid_t user;
    gid_t group;
    const gid_t *groups;
    uint32_t group_count;
};

/// The step at which a child gave up. Numbers are stored with jobs: append only.
enum linux_spawn_step {
    LINUX_SPAWN_STEP_NONE = 0,
    LINUX_SPAWN_STEP_CLONE = 1,
    LINUX_SPAWN_STEP_CGROUP = 2,
    LINUX_SPAWN_STEP_SESSION = 3,
    LINUX_SPAWN_STEP_DESCRIPTORS = 4,
    LINUX_SPAWN_STEP_GROUPS = 5,
    LINUX_SPAWN_STEP_GROUP = 6,
    LINUX_SPAWN_STEP_USER = 7,
    LINUX_SPAWN_STEP_IDENTITY_CHECK = 8,
    LINUX_SPAWN_STEP_DIRECTORY = 9,
    LINUX_SPAWN_STEP_SIGNALS = 10,
    LINUX_SPAWN_STEP_EXECUTE = 11,
    LINUX_SPAWN_STEP_LIMITS = 12,
    LINUX_SPAWN_STEP_PRIORITY = 13,
    LINUX_SPAWN_STEP_IO_PRIORITY = 14,
    LINUX_SPAWN_STEP_MASK = 15,
    LINUX_SPAWN_STEP_OUT_OF_MEMORY_SCORE = 16,
    LINUX_SPAWN_STEP_KEYRING = 17,
    LINUX_SPAWN_STEP_CAPABILITIES = 18,
    LINUX_SPAWN_STEP_INPUT = 19,
    LINUX_SPAWN_STEP_NO_NEW_PRIVILEGES = 20,
};

struct linux_spawn_result {
    pid_t pid;
    int32_t step;  // enum linux_spawn_step; NONE when the program runs
    int32_t error; // errno of that step
};

/// Starts the program. Returns 0 when it runs, -1 when it does not: then `step` and `error` say why, and no process
/// is left.
///
/// `*pidfd` must be -1. It becomes the child's pidfd before the child's first instruction, so that another thread can
/// end a start that does not get through; where there never was a child it is -1 again. The caller closes it, also when
/// the start has failed: only the caller knows when no other thread uses the number any more.
///
/// clone3 puts the child into its cgroup before its first instruction and gives a pidfd. Where clone3 or that flag
/// is refused (seccomp, old kernel), the child is forked and joins the cgroup before anything else. The calling
/// thread sleeps until the child has executed the program or failed, as with vfork.
int linux_spawn(const struct linux_spawn_description *description, int32_t *pidfd, struct linux_spawn_result *result);

/// Kills the child of a `linux_spawn` that another thread is in. Returns -1 where there is none yet or no more.
int linux_spawn_kill(const int32_t *pidfd);

/// Whether a child that is born in this cgroup lives. 1 as well where no child is born there at all: `linux_spawn` sees
/// that itself.
int linux_birth_works(int cgroup);

#endif
