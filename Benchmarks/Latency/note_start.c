// note_start SOCKET: sends the time at which it began to run (CLOCK_MONOTONIC, nanoseconds) to a datagram socket.

#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

int main(int count, char **words) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    if (count != 2) return 2;
    int64_t start = time.tv_sec * 1000000000LL + time.tv_nsec;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, words[1], sizeof address.sun_path - 1);
    int to = socket(AF_UNIX, SOCK_DGRAM, 0);
    return sendto(to, &start, sizeof start, 0, (struct sockaddr *)&address, sizeof address) != sizeof start;
}
