// The child takes on its user, and gives up what the user does not have.
#include "CSpawnChild.h"

#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/securebits.h>
#include <stddef.h>

enum { GROUPS_COMPARED = 256 };

CHILD_SIDE static void check_ids(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    uid_t ruid = ~d->user, euid = ~d->user, suid = ~d->user;
    gid_t rgid = ~d->group, egid = ~d->group, sgid = ~d->group;
    if (call(SYS_getresuid, (long)&ruid, (long)&euid, (long)&suid, 0) < 0 ||
        call(SYS_getresgid, (long)&rgid, (long)&egid, (long)&sgid, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, errno);
    if (ruid != d->user || euid != d->user || suid != d->user || rgid != d->group || egid != d->group ||
        sgid != d->group)
        child_give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
}

// The kernel sorts the list, so compare the number here and the members by search.
CHILD_SIDE static void check_groups(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    gid_t now[GROUPS_COMPARED];
    long count = call(SYS_getgroups, 0, 0, 0, 0);
    if (count != (long)d->group_count) child_give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
    if (count > GROUPS_COMPARED) return;
    if (call(SYS_getgroups, count, (long)now, 0, 0) != count)
        child_give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
    for (long i = 0; i < count; i++) {
        uint32_t j = 0;
        while (j < d->group_count && d->groups[j] != now[i]) j++;
        if (j == d->group_count) child_give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
    }
}

// Nobody but root may find a way back to root.
CHILD_SIDE static void check_no_way_back(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    if (d->user == 0) return;
    if (call(SYS_setuid, 0, 0, 0, 0) == 0) child_give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
    if (d->group != 0 && call(SYS_setgid, 0, 0, 0, 0) == 0)
        child_give_up(order, LINUX_SPAWN_STEP_IDENTITY_CHECK, EPERM);
}

// Securebits that a service manager may have set would keep capabilities through the change of user, or keep them
// from root's jobs.
CHILD_SIDE static void reset_secure_bits(const struct child_order *order) {
    if (call(SYS_prctl, PR_GET_SECUREBITS, 0, 0, 0) == SECUREBITS_DEFAULT) return;
    if (call(SYS_prctl, PR_SET_SECUREBITS, SECUREBITS_DEFAULT, 0, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_CAPABILITIES, errno);
    if (call(SYS_prctl, PR_GET_SECUREBITS, 0, 0, 0) != SECUREBITS_DEFAULT)
        child_give_up(order, LINUX_SPAWN_STEP_CAPABILITIES, EPERM);
}

// What no program may ever give it. The kernel answers EINVAL past its last capability; every kernel that jobd runs on
// knows those up to CAP_AUDIT_READ.
CHILD_SIDE static void empty_bounding_set(const struct child_order *order) {
    for (int capability = 0; capability < 64; capability++) {
        long dropped = call(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0);
        int error = dropped < 0 ? errno : EPERM;
        long is_there = call(SYS_prctl, PR_CAPBSET_READ, capability, 0, 0);
        if (is_there < 0 && errno == EINVAL && capability > CAP_AUDIT_READ) return;
        if (is_there != 0) child_give_up(order, LINUX_SPAWN_STEP_CAPABILITIES, error);
    }
}

// Leaving uid 0 empties the effective and permitted sets, but not the inheritable one, which a service manager may
// have filled; root's jobs keep all but that. Without inheritable capabilities there are no ambient ones.
CHILD_SIDE static void drop_capabilities(const struct child_order *order) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct wanted[2] = {{0}, {0}}, now[2] = {{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}};
    if (order->description->user == 0) {
        if (call(SYS_capget, (long)&header, (long)wanted, 0, 0) < 0)
            child_give_up(order, LINUX_SPAWN_STEP_CAPABILITIES, errno);
        for (int i = 0; i < 2; i++) wanted[i].inheritable = 0;
    }
    if (call(SYS_capset, (long)&header, (long)wanted, 0, 0) < 0 ||
        call(SYS_capget, (long)&header, (long)now, 0, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_CAPABILITIES, errno);
    for (int i = 0; i < 2; i++)
        if (now[i].effective != wanted[i].effective || now[i].permitted != wanted[i].permitted || now[i].inheritable)
            child_give_up(order, LINUX_SPAWN_STEP_CAPABILITIES, EPERM);
}

CHILD_SIDE void child_take_identity(const struct child_order *order) {
    const struct linux_spawn_description *d = order->description;
    if (call(SYS_setgroups, d->group_count, (long)d->groups, 0, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_GROUPS, errno);
    if (call(SYS_setresgid, d->group, d->group, d->group, 0) < 0) child_give_up(order, LINUX_SPAWN_STEP_GROUP, errno);
    reset_secure_bits(order);
    if (d->user != 0 && !d->allow_new_privileges) empty_bounding_set(order);
    if (call(SYS_setresuid, d->user, d->user, d->user, 0) < 0) child_give_up(order, LINUX_SPAWN_STEP_USER, errno);
    drop_capabilities(order);
    check_ids(order);
    check_groups(order);
    check_no_way_back(order);
}

CHILD_SIDE void child_give_up_privileges(const struct child_order *order) {
    if (order->description->allow_new_privileges) return;
    if (call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0) < 0)
        child_give_up(order, LINUX_SPAWN_STEP_NO_NEW_PRIVILEGES, errno);
    if (call(SYS_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0) != 1)
        child_give_up(order, LINUX_SPAWN_STEP_NO_NEW_PRIVILEGES, EPERM);
}
