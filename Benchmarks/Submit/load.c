// Puts jobs into a server as fast as it answers: one thread, epoll, every answer checked.
//
//   load PROTOCOL SOCKET SECONDS CONNECTIONS DEPTH JOBS
//
// PROTOCOL is jobd (Varlink), beanstalkd or redis (LPUSH). Each connection has DEPTH calls in flight, each of JOBS jobs
// (more than 1 with jobd only) with 100 bytes of command. Nothing new is sent after SECONDS; what is on its way is
// waited for. Prints: jobs, jobs a second, and the median and the 99th percentile of a call in microseconds.

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND = 100, READ_SIZE = 1 << 20, MOST_CALLS = 1 << 24 };

typedef struct {
    int socket;
    char *input;            // What has come of answers that are not whole.
    size_t input_size;
    double *begun;          // When the calls in flight were made: a ring, answers come in order.
    unsigned first, flying;
} connection;

static const char *protocol;
static int depth, jobs_per_call;
static char *call;          // The bytes of one call, depth times in a row: written at once.
static size_t call_size;
static double end;
static float *latencies;    // Microseconds.
static long answered;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void fail(const char *what, const char *detail, size_t size) {
    fprintf(stderr, "load: %s: %.*s\n", what, (int)(size < 300 ? size : 300), detail);
    exit(1);
}

static void check(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

// --- What is sent

static void make_call(void) {
    char command[COMMAND + 1] = {0};
    memset(command, 'x', COMMAND);
    FILE *text = open_memstream(&call, &call_size);
    for (int i = 0; i < depth; i++) {
        if (!strcmp(protocol, "beanstalkd")) {
            fprintf(text, "put 1024 0 600 %d\r\n%s\r\n", COMMAND, command);
        } else if (!strcmp(protocol, "redis")) {
            fprintf(text, "*3\r\n$5\r\nLPUSH\r\n$1\r\nq\r\n$%d\r\n%s\r\n", COMMAND, command);
        } else {
            fprintf(text, "{\"method\":\"io.jobd.Jobs.Submit\",\"parameters\":{\"jobs\":[");
            for (int job = 0; job < jobs_per_call; job++)
                fprintf(text, "%s{\"command\":[\"/bin/true\",\"%s\"],\"queue\":\"parked\"}", job ? "," : "",
                        command + strlen("/bin/true"));
            fprintf(text, "]}}%c", 0);
        }
    }
    fclose(text);
    call_size /= (size_t)depth;
}

static void send_calls(connection *to, unsigned count) {
    double time = now();
    for (unsigned i = 0; i < count; i++) to->begun[(to->first + to->flying++) % (unsigned)depth] = time;
    for (size_t sent = 0; sent < call_size * count;) {
        ssize_t size = write(to->socket, call + sent, call_size * count - sent);
        check((int)size, "write");
        sent += (size_t)size;
    }
}

// --- What is answered

static void check_jobd(const char *answer, size_t size) {
    static const char good[] = "{\"parameters\":{\"jobs\":[{\"id\":", id[] = "{\"id\":";
    if (size < sizeof good || memcmp(answer, good, sizeof good - 1)) fail("refused", answer, size);
    int ids = 0;
    for (const char *at = answer; (at = memmem(at, size - (size_t)(at - answer), id, sizeof id - 1)); at++) ids++;
    if (ids != jobs_per_call) fail("not all jobs were stored", answer, size);
}

// The size of the first answer, which must be a good one; 0 if it is not whole.
static size_t answer_size(const char *input, size_t size) {
    char last = strcmp(protocol, "jobd") ? '\n' : 0;
    const char *tail = memchr(input, last, size);
    if (!tail) return 0;
    size_t whole = (size_t)(tail - input) + 1;
    if (!last) check_jobd(input, whole);
    else if (strncmp(input, "INSERTED ", 9) && *input != ':') fail("refused", input, whole);
    return whole;
}

static void take_answers(connection *from) {
    ssize_t size = read(from->socket, from->input + from->input_size, READ_SIZE - from->input_size);
    check((int)size, "read");
    if (!size) fail("the server closed the connection", "", 0);
    from->input_size += (size_t)size;
    double time = now();
    size_t taken = 0, next;
    unsigned count = 0;
    while (taken < from->input_size && (next = answer_size(from->input + taken, from->input_size - taken))) {
        taken += next;
        count++;
        if (!from->flying || answered == MOST_CALLS) fail("too many answers", "", 0);
        latencies[answered++] = (float)((time - from->begun[from->first]) * 1e6);
        from->first = (from->first + 1) % (unsigned)depth;
        from->flying--;
    }
    from->input_size -= taken;
    memmove(from->input, from->input + taken, from->input_size);
    if (count && time < end) send_calls(from, count);
}

// --- All together

static void connect_to(const char *path, connection *new) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    check(new->socket = socket(AF_UNIX, SOCK_STREAM, 0), "socket");
    check(connect(new->socket, (struct sockaddr *)&address, sizeof address), path);
    new->input = malloc(READ_SIZE);
    new->begun = calloc((size_t)depth, sizeof *new->begun);
}

static int is_less(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

int main(int count, char **words) {
    if (count != 7) fail("usage", "load PROTOCOL SOCKET SECONDS CONNECTIONS DEPTH JOBS", 60);
    protocol = words[1];
    int connections = atoi(words[4]);
    depth = atoi(words[5]);
    jobs_per_call = atoi(words[6]);
    make_call();
    latencies = malloc(MOST_CALLS * sizeof *latencies);
    connection *all = calloc((size_t)connections, sizeof *all);
    int poll = epoll_create1(0);
    for (int i = 0; i < connections; i++) {
        connect_to(words[2], &all[i]);
        struct epoll_event event = {EPOLLIN, {.ptr = &all[i]}};
        check(epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event), "epoll_ctl");
    }
    double begin = now(), last = begin;
    end = begin + atof(words[3]);
    long flying = 0;
    for (int i = 0; i < connections; i++) send_calls(&all[i], (unsigned)depth);
    do {
        struct epoll_event events[64];
        int ready = epoll_wait(poll, events, 64, 60000);
        if (ready <= 0) fail("no answer for a minute", "", 0);
        for (int i = 0; i < ready; i++) take_answers(events[i].data.ptr);
        last = now();
        flying = 0;
        for (int i = 0; i < connections; i++) flying += all[i].flying;
    } while (flying);
    qsort(latencies, (size_t)answered, sizeof *latencies, is_less);
    printf("%ld %.0f %.0f %.0f\n", answered * jobs_per_call, (double)answered * jobs_per_call / (last - begin),
           latencies[answered / 2], latencies[answered * 99 / 100]);
    return 0;
}
