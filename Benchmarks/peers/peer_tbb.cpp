// oneTBB: concurrent_bounded_queue.
//
//   peer_tbb thr|pp|st PRODUCERS CONSUMERS CAPACITY COUNT
#include <tbb/concurrent_queue.h>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

using Queue = tbb::concurrent_bounded_queue<long>;

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static long take(Queue &queue) {
  long value;
  queue.pop(value);
  return value;
}

static void one_thread(Queue &queue, long count) {
  double start = now();
  long sum = 0;
  for (long i = 0; i < count; i++) {
    queue.push(i);
    sum += take(queue);
  }
  if (sum != count * (count - 1) / 2) abort();
  printf("R ns_per_putget %f\n", (now() - start) / count * 1e9);
}

static void ping_pong(Queue &there, Queue &back, long count) {
  std::thread echo([&] { for (long i = 0; i < count; i++) back.push(take(there)); });
  double start = now();
  for (long i = 0; i < count; i++) {
    there.push(i);
    if (take(back) != i) abort();
  }
  printf("R handoff_us %f\n", (now() - start) / count / 2 * 1e6);
  echo.join();
}

static void throughput(Queue &queue, int producers, int consumers, long count) {
  std::atomic<bool> go{false};
  std::atomic<long> sum{0};
  std::vector<std::thread> threads;
  long each = count / producers;
  for (int i = 0; i < producers; i++)
    threads.emplace_back([&] {
      while (!go) std::this_thread::yield();
      for (long j = 0; j < each; j++) queue.push(j);
    });
  for (int i = 0; i < consumers; i++)
    threads.emplace_back([&] {
      while (!go) std::this_thread::yield();
      long mine = 0;
      for (long j = 0; j < count / consumers; j++) mine += take(queue);
      sum += mine;
    });
  double start = now();
  go = true;
  for (auto &thread : threads) thread.join();
  double time = now() - start;
  if (sum != producers * (each * (each - 1) / 2)) abort();
  printf("R items_per_s %f\n", count / time);
}

int main(int, char **v) {
  long capacity = atol(v[4]), count = atol(v[5]);
  Queue a, b;
  a.set_capacity(capacity);
  b.set_capacity(capacity);
  if (!strcmp(v[1], "st")) one_thread(a, count);
  else if (!strcmp(v[1], "pp")) ping_pong(a, b, count);
  else throughput(a, atoi(v[2]), atoi(v[3]), count);
}
