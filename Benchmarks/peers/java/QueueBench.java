import java.util.concurrent.*;
import java.util.concurrent.atomic.*;

/**
 * QueueBench abq|lbq thr|pp|st PRODUCERS CONSUMERS CAPACITY COUNT: ArrayBlockingQueue and LinkedBlockingQueue, after a
 * warm-up in the same VM.
 */
public class QueueBench {
  static final Integer ITEM = 7;

  static BlockingQueue<Integer> make(String kind, int capacity) {
    return kind.equals("abq") ? new ArrayBlockingQueue<>(capacity) : new LinkedBlockingQueue<>(capacity);
  }

  interface Body {
    void run() throws Exception;
  }

  static Thread thread(Body body) {
    return new Thread(() -> {
      try {
        body.run();
      } catch (Exception e) {
        e.printStackTrace();
        System.exit(1);
      }
    });
  }

  static double oneThread(BlockingQueue<Integer> queue, long count) throws Exception {
    long start = System.nanoTime();
    for (long i = 0; i < count; i++) {
      queue.put(ITEM);
      queue.take();
    }
    return (System.nanoTime() - start) / (double) count;
  }

  static double pingPong(BlockingQueue<Integer> there, BlockingQueue<Integer> back, long count) throws Exception {
    Thread echo = thread(() -> { for (long i = 0; i < count; i++) back.put(there.take()); });
    echo.start();
    long start = System.nanoTime();
    for (long i = 0; i < count; i++) {
      there.put(ITEM);
      back.take();
    }
    double time = (System.nanoTime() - start) / 1e3;
    echo.join();
    return time / count / 2;
  }

  static double throughput(BlockingQueue<Integer> queue, int producers, int consumers, long count) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(producers + consumers + 1);
    AtomicLong sum = new AtomicLong();
    Thread[] threads = new Thread[producers + consumers];
    for (int i = 0; i < producers; i++)
      threads[i] = thread(() -> {
        barrier.await();
        for (long j = 0; j < count / producers; j++) queue.put(ITEM);
      });
    for (int i = 0; i < consumers; i++)
      threads[producers + i] = thread(() -> {
        barrier.await();
        long mine = 0;
        for (long j = 0; j < count / consumers; j++) mine += queue.take();
        sum.addAndGet(mine);
      });
    for (Thread thread : threads) thread.start();
    barrier.await();
    long start = System.nanoTime();
    for (Thread thread : threads) thread.join();
    double time = (System.nanoTime() - start) * 1e-9;
    if (sum.get() != ITEM * count) throw new Error("lost items");
    return count / time;
  }

  static double run(String[] v, long count) throws Exception {
    int capacity = Integer.parseInt(v[4]);
    BlockingQueue<Integer> queue = make(v[0], capacity);
    switch (v[1]) {
      case "st": return oneThread(queue, count);
      case "pp": return pingPong(queue, make(v[0], capacity), count);
      default: return throughput(queue, Integer.parseInt(v[2]), Integer.parseInt(v[3]), count);
    }
  }

  public static void main(String[] v) throws Exception {
    long count = Long.parseLong(v[5]);
    run(v, count / 8 * 4);
    String metric = v[1].equals("st") ? "ns_per_putget" : v[1].equals("pp") ? "handoff_us" : "items_per_s";
    System.out.println("R " + metric + " " + run(v, count));
  }
}
