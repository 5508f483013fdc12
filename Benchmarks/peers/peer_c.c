// C: a ring under a mutex with two condition variables, and the cheapest hand-off that parks.
//
//   peer_c ring thr|pp|st PRODUCERS CONSUMERS CAPACITY COUNT
//   peer_c futex pp 0 0 1 COUNT
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t not_empty, not_full;
    uint64_t *cells, capacity, head, count;
    unsigned getters, putters;
} ring;

static void ring_init(ring *r, uint64_t capacity) {
    memset(r, 0, sizeof *r);
    pthread_mutex_init(&r->mutex, 0);
    pthread_cond_init(&r->not_empty, 0);
    pthread_cond_init(&r->not_full, 0);
    r->capacity = capacity;
    r->cells = calloc(capacity, sizeof *r->cells);
}

static void put(ring *r, uint64_t value) {
    pthread_mutex_lock(&r->mutex);
    while (r->count == r->capacity) {
        r->putters++;
        pthread_cond_wait(&r->not_full, &r->mutex);
        r->putters--;
    }
    uint64_t tail = r->head + r->count;
    if (tail >= r->capacity) tail -= r->capacity;
    r->cells[tail] = value;
    r->count++;
    int waited_for = r->getters > 0;
    pthread_mutex_unlock(&r->mutex);
    if (waited_for) pthread_cond_signal(&r->not_empty);
}

static uint64_t get(ring *r) {
    pthread_mutex_lock(&r->mutex);
    while (r->count == 0) {
        r->getters++;
        pthread_cond_wait(&r->not_empty, &r->mutex);
        r->getters--;
    }
    uint64_t value = r->cells[r->head];
    if (++r->head == r->capacity) r->head = 0;
    r->count--;
    int waited_for = r->putters > 0;
    pthread_mutex_unlock(&r->mutex);
    if (waited_for) pthread_cond_signal(&r->not_full);
    return value;
}

static ring a, b;
static uint64_t per_producer, per_consumer;
static _Atomic uint64_t sum;
static pthread_barrier_t barrier;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *produce(void *x) {
    pthread_barrier_wait(&barrier);
    for (uint64_t i = 0; i < per_producer; i++) put(&a, i);
    return x;
}

static void *consume(void *x) {
    pthread_barrier_wait(&barrier);
    uint64_t mine = 0;
    for (uint64_t i = 0; i < per_consumer; i++) mine += get(&a);
    sum += mine;
    return x;
}

static void *echo(void *x) {
    for (uint64_t i = 0; i < per_producer; i++) put(&b, get(&a));
    return x;
}

// One word that two threads turn in turn: who finds it not yet turned waits on it.
static _Atomic uint32_t turn;

static void await_turn(uint32_t mine) {
    while (atomic_load(&turn) != mine) syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, 1 - mine, 0, 0, 0);
}

static void pass_turn(uint32_t to) {
    atomic_store(&turn, to);
    syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
}

static void *futex_echo(void *x) {
    for (uint64_t i = 0; i < per_producer; i++) {
        await_turn(1);
        pass_turn(0);
    }
    return x;
}

static void ping_pong(int futex) {
    pthread_t thread;
    pthread_create(&thread, 0, futex ? futex_echo : echo, 0);
    double start = now();
    for (uint64_t i = 0; i < per_producer; i++) {
        if (futex) {
            pass_turn(1);
            await_turn(0);
        } else {
            put(&a, i);
            if (get(&b) != i) abort();
        }
    }
    printf("R handoff_us %f\n", (now() - start) / per_producer / 2 * 1e6);
    pthread_join(thread, 0);
}

static void throughput(int producers, int consumers, uint64_t count) {
    per_producer = count / producers;
    per_consumer = count / consumers;
    pthread_t threads[64];
    int n = 0;
    pthread_barrier_init(&barrier, 0, producers + consumers + 1);
    for (int i = 0; i < producers; i++) pthread_create(&threads[n++], 0, produce, 0);
    for (int i = 0; i < consumers; i++) pthread_create(&threads[n++], 0, consume, 0);
    pthread_barrier_wait(&barrier);
    double start = now();
    for (int i = 0; i < n; i++) pthread_join(threads[i], 0);
    double time = now() - start;
    if (sum != (uint64_t)producers * (per_producer * (per_producer - 1) / 2)) abort();
    printf("R items_per_s %f\n", count / time);
}

int main(int argc, char **v) {
    if (argc != 7) return 100;
    uint64_t capacity = atoll(v[5]), count = atoll(v[6]);
    ring_init(&a, capacity);
    ring_init(&b, capacity);
    if (!strcmp(v[2], "st")) {
        double start = now();
        for (uint64_t i = 0; i < count; i++) {
            put(&a, i);
            sum += get(&a);
        }
        printf("R ns_per_putget %f\n", (now() - start) / count * 1e9);
    } else if (!strcmp(v[2], "pp")) {
        per_producer = count;
        ping_pong(!strcmp(v[1], "futex"));
    } else {
        throughput(atoi(v[3]), atoi(v[4]), count);
    }
}
