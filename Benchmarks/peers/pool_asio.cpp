// Boost: asio::thread_pool with a std::packaged_task for each piece of work.
//
//   pool_asio pool rt|fly WORKERS COUNT
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>
#include <vector>

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int main(int, char **v) {
  long count = atol(v[4]);
  boost::asio::thread_pool pool(atoi(v[3]));
  auto submit = [&] {
    std::packaged_task<int()> task([] { return 1; });
    auto future = task.get_future();
    boost::asio::post(pool, std::move(task));
    return future;
  };
  for (int i = 0; i < 100; i++) submit().get();
  double start = now();
  if (!strcmp(v[2], "rt")) {
    for (long i = 0; i < count; i++) submit().get();
    printf("R roundtrip_us %f\n", (now() - start) / count * 1e6);
  } else {
    std::vector<std::future<int>> window(1000);
    for (long i = 0; i < count; i++) {
      auto &slot = window[i % window.size()];
      if (slot.valid()) slot.get();
      slot = submit();
    }
    for (auto &future : window) future.get();
    printf("R tasks_per_s %f\n", count / (now() - start));
  }
  pool.join();
}
