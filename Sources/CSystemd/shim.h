#pragma once

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// Sends one datagram to the socket at path (with '@' first: an abstract one) without waiting for room, and a
// descriptor along with it unless that is -1. 0, or an errno: EAGAIN where whoever listens there does not read.
//
// sd_notify(3) does the same, and waits.
static inline int csystemd_offer(const char *path, const char *message, int descriptor) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    if (length < 2 || length >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@')) return EINVAL;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;

    struct iovec data = { .iov_base = (void *)message, .iov_len = strlen(message) };
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr header;
    } control = { .bytes = { 0 } };
    struct msghdr header = {
        .msg_name = &address,
        // An abstract name ends where the length says, a path has a NUL behind it.
        .msg_namelen = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] == '/')),
        .msg_iov = &data,
        .msg_iovlen = 1,
    };
    if (descriptor >= 0) {
        header.msg_control = &control;
        header.msg_controllen = sizeof control.bytes;
        struct cmsghdr *first = CMSG_FIRSTHDR(&header);
        first->cmsg_level = SOL_SOCKET;
        first->cmsg_type = SCM_RIGHTS;
        first->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(first), &descriptor, sizeof descriptor);
    }
    int socket_descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_descriptor < 0) return errno;
    ssize_t sent = sendmsg(socket_descriptor, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
    int error = sent < 0 ? errno : 0;
    close(socket_descriptor);
    return error;
}
