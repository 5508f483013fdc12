// spawn_loop THREADS COUNT: runs /bin/true COUNT times by posix_spawn and waitpid on THREADS threads, and prints how
// many a second. The floor that no job runner on this machine gets below.
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;
static int per_thread;

static void *run(void *unused) {
    char *arguments[] = {"/bin/true", NULL};
    for (int i = 0; i < per_thread; i++) {
        pid_t child;
        int status;
        if (posix_spawn(&child, arguments[0], NULL, NULL, arguments, environ) != 0) abort();
        if (waitpid(child, &status, 0) != child || status != 0) abort();
    }
    return unused;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    int threads = atoi(arguments[1]);
    per_thread = atoi(arguments[2]) / threads;
    pthread_t thread[64];
    if (threads < 1 || threads > 64) return 2;
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, run, NULL) != 0) abort();
    for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) * 1e-9;
    printf("%.1f\n", per_thread * threads / seconds);
    return 0;
}
