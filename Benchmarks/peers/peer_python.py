"""Python: queue.Queue, queue.SimpleQueue (which has no bound) and ThreadPoolExecutor.

    peer_python.py queue|simple thr|pp|st PRODUCERS CONSUMERS CAPACITY COUNT
    peer_python.py pool rt|fly|map WORKERS COUNT
"""
import queue, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
impl, mode = sys.argv[1:3]
now = time.perf_counter
if impl == "pool":
    w, n = map(int, sys.argv[3:5])
    f = int
    with ThreadPoolExecutor(w) as ex:
        for _ in range(200): ex.submit(f).result()
        t = now()
        if mode == "rt":
            for _ in range(n): ex.submit(f).result()
            print("R roundtrip_us", (now() - t) / n * 1e6)
        elif mode == "fly":
            window = [ex.submit(f) for _ in range(1000)]
            for i in range(1000, n):
                window[i % 1000].result()
                window[i % 1000] = ex.submit(f)
            for x in window: x.result()
            print("R tasks_per_s", n / (now() - t))
        else:
            for _ in ex.map(int, range(n)): pass
            print("R items_per_s", n / (now() - t))
    sys.exit()
P, C, cap, n = map(int, sys.argv[3:7])
mk = (lambda: queue.Queue(cap)) if impl == "queue" else queue.SimpleQueue
a, b = mk(), mk()
if mode == "st":
    t = now()
    for i in range(n): a.put(i); a.get()
    print("R ns_per_putget", (now() - t) / n * 1e9)
elif mode == "pp":
    def echo():
        for _ in range(n): b.put(a.get())
    th = threading.Thread(target=echo); th.start()
    t = now()
    for i in range(n): a.put(i); b.get()
    print("R handoff_us", (now() - t) / n / 2 * 1e6)
else:
    bar = threading.Barrier(P + C + 1)
    def prod():
        bar.wait(); put = a.put
        for i in range(n // P): put(i)
    def cons():
        bar.wait(); get = a.get
        for i in range(n // C): get()
    th = [threading.Thread(target=prod) for _ in range(P)] + [threading.Thread(target=cons) for _ in range(C)]
    for x in th: x.start()
    bar.wait(); t = now()
    for x in th: x.join()
    print("R items_per_s", n / (now() - t))
