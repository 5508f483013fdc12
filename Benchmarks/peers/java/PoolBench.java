import java.util.concurrent.*;

/** PoolBench tpe|fjp rt|fly WORKERS COUNT: ThreadPoolExecutor and ForkJoinPool, after a warm-up in the same VM. */
public class PoolBench {
  static double run(ExecutorService pool, boolean oneByOne, int count) throws Exception {
    Callable<Integer> task = () -> 1;
    long start = System.nanoTime();
    if (oneByOne) {
      for (int i = 0; i < count; i++) pool.submit(task).get();
      return (System.nanoTime() - start) / 1e3 / count;
    }
    Future<?>[] window = new Future<?>[1000];
    for (int i = 0; i < count; i++) {
      if (i >= window.length) window[i % window.length].get();
      window[i % window.length] = pool.submit(task);
    }
    for (Future<?> future : window) future.get();
    return count / ((System.nanoTime() - start) * 1e-9);
  }

  public static void main(String[] v) throws Exception {
    int workers = Integer.parseInt(v[2]), count = Integer.parseInt(v[3]);
    boolean oneByOne = v[1].equals("rt");
    ExecutorService pool =
        v[0].equals("tpe")
            ? new ThreadPoolExecutor(workers, workers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>())
            : new ForkJoinPool(workers);
    run(pool, oneByOne, count);
    System.out.println("R " + (oneByOne ? "roundtrip_us " : "tasks_per_s ") + run(pool, oneByOne, count));
    pool.shutdown();
  }
}
