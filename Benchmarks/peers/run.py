#!/usr/bin/env python3
"""Builds our queues and pools and their peers, runs them in turns on this machine, and prints tables with ratios.

    ./run.py [ROUNDS]        5 rounds by default: some five minutes on two cores

Each table is one round robin: every row once, then all again, so that drift hits all rows alike. A row shows the median
and, in brackets, the least and the greatest; "ours is" says how many times as fast we are as that row, by medians (in
the tables of times, how many times as quick). Rounds in which other processes used more than 8 % of the processors are
run again, at most twice as many in all; what is left of that is shown as "others".

Debian packages: golang-go librust-crossbeam-channel-dev cargo libtbb-dev libboost-dev default-jdk-headless gcc g++ python3.
A peer whose compiler is missing is left out, and the table says so.
"""
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("PEERS_BUILD", os.path.join(HERE, ".build"))
OURS = "ours"
WORKERS = "2"


def sh(*command, cwd=HERE, env=None):
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **(env or {})})


def build():
    """Builds what can be built here; returns {program: why it is missing}."""
    os.makedirs(BUILD, exist_ok=True)
    at = lambda name: os.path.join(BUILD, name)

    def rust():
        sh("cargo", "--offline", "build", "--release", cwd=os.path.join(HERE, "rust"), env={"CARGO_TARGET_DIR": at("cargo")})
        shutil.copy(at("cargo/release/peer_rust"), at("peer_rust"))

    def swift():
        package = os.path.dirname(HERE)
        where = ["--package-path", package, "--scratch-path", at("swift"), "-c", "release"]
        sh("swift", "build", *where, "--product", "threading-peer")
        bin_path = subprocess.run(["swift", "build", *where, "--show-bin-path"], check=True, capture_output=True, text=True)
        shutil.copy(os.path.join(bin_path.stdout.strip(), "threading-peer"), at("peer_ours"))

    steps = {
        "peer_ours": swift,
        "peer_c": lambda: sh("gcc", "-O2", "-pthread", "-o", at("peer_c"), "peer_c.c"),
        "peer_tbb": lambda: sh("g++", "-O2", "-pthread", "-o", at("peer_tbb"), "peer_tbb.cpp", "-ltbb"),
        "pool_asio": lambda: sh("g++", "-O2", "-pthread", "-o", at("pool_asio"), "pool_asio.cpp"),
        "peer_go": lambda: sh("go", "build", "-o", at("peer_go"), "peer_go.go", env={"GO111MODULE": "off"}),
        "peer_rust": rust,
        "java": lambda: sh("javac", "-d", BUILD, "java/QueueBench.java", "java/PoolBench.java"),
        "pool_swift": lambda: sh("swiftc", "-O", "-parse-as-library", "-o", at("pool_swift"), "pool_swift.swift"),
    }
    missing = {}
    for name, step in steps.items():
        try:
            step()
        except (OSError, subprocess.CalledProcessError) as error:
            missing[name] = str(error)
    return missing


def busy():
    """(processor seconds used by all, by this process and its children that have ended)"""
    with open("/proc/stat") as stat:
        v = [int(x) for x in stat.readline().split()[1:9]]
    own = os.times()
    hertz = os.sysconf("SC_CLK_TCK")
    return (sum(v) - v[3] - v[4]) / hertz, own.user + own.system + own.children_user + own.children_system


def once(command):
    """The figure that the program prints, and which share of the processors others used meanwhile."""
    before, start = busy(), time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    elapsed, after = time.monotonic() - start, busy()
    others = ((after[0] - before[0]) - (after[1] - before[1])) / (elapsed * os.cpu_count())
    for line in result.stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "R":
            return float(words[2]), max(0.0, others)
    raise RuntimeError(f"{command} printed no figure: {result.stdout}{result.stderr}")


def short(x):
    for limit, divisor, unit in ((1e6, 1e6, " M"), (1e4, 1e3, " k")):
        if x >= limit:
            return f"{x / divisor:.3g}{unit}"
    return f"{x:.3g}"


def table(title, rows, rounds, missing, higher_is_better):
    rows = [row for row in rows if row[1] not in missing]
    figures = {name: [] for name, _, _ in rows}
    for round_number in range(2 * rounds):
        open_rows = [row for row in rows if sum(o < 0.08 for _, o in figures[row[0]]) < rounds]
        if round_number >= rounds and not open_rows:
            break
        for name, _, command in open_rows if round_number >= rounds else rows:
            figures[name].append(once(command))
    kept = {name: sorted(all_, key=lambda f: f[1])[:rounds] for name, all_ in figures.items()}
    medians = {name: statistics.median(f for f, _ in some) for name, some in kept.items()}
    print(f"\n### {title}\n\n| | median | [least, greatest] | ours is | others |\n|---|---|---|---|---|")
    for name in sorted(medians, key=medians.get, reverse=higher_is_better):
        values = [f for f, _ in kept[name]]
        ratio = medians[OURS] / medians[name] if higher_is_better else medians[name] / medians[OURS]
        mark = "**" if name == OURS else ""
        others = statistics.median(o for _, o in kept[name])
        print(f"| {mark}{name}{mark} | {short(medians[name])} | [{short(min(values))}, {short(max(values))}] "
              f"| {ratio:.2f}× | {others:.0%} |", flush=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    missing = build()
    for name, why in missing.items():
        print(f"left out: {name}: {why}")
    at = lambda name: os.path.join(BUILD, name)
    java = ["java", "-Xms256m", "-Xmx1g", "-cp", BUILD]
    python = ["python3", os.path.join(HERE, "peer_python.py")]

    def queues(mode, producers, consumers, capacity, count, slow):
        shape = [mode, str(producers), str(consumers), str(capacity)]
        fast, slow = [*shape, str(count)], [*shape, str(slow)]
        return [
            (OURS, "peer_ours", [at("peer_ours"), *fast]),
            ("Rust crossbeam-channel", "peer_rust", [at("peer_rust"), *fast]),
            ("Go channel", "peer_go", [at("peer_go"), *fast]),
            ("Java ArrayBlockingQueue", "java", [*java, "QueueBench", "abq", *fast]),
            ("Java LinkedBlockingQueue", "java", [*java, "QueueBench", "lbq", *fast]),
            ("oneTBB concurrent_bounded_queue", "peer_tbb", [at("peer_tbb"), *fast]),
            ("C ring, mutex and condition variables", "peer_c", [at("peer_c"), "ring", *fast]),
            ("Python queue.Queue", "python3", [*python, "queue", *slow]),
            ("Python SimpleQueue (no bound)", "python3", [*python, "simple", *slow]),
        ]

    def pools(mode, count, slow):
        a, b = [mode, WORKERS, str(count)], [mode, WORKERS, str(slow)]
        return [
            (OURS, "peer_ours", [at("peer_ours"), "pool", *a]),
            ("Java ThreadPoolExecutor", "java", [*java, "PoolBench", "tpe", *a]),
            ("Java ForkJoinPool", "java", [*java, "PoolBench", "fjp", *a]),
            ("Go, goroutines on a channel", "peer_go", [at("peer_go"), "pool", *a]),
            ("boost::asio::thread_pool", "pool_asio", [at("pool_asio"), "pool", *a]),
            ("Dispatch", "pool_swift", [at("pool_swift"), "dispatch", *a]),
            ("OperationQueue", "pool_swift", [at("pool_swift"), "operation", *b]),
            ("TaskGroup", "pool_swift", [at("pool_swift"), "taskgroup", *a]),
            ("Python ThreadPoolExecutor", "python3", [*python, "pool", *b]),
        ]

    print(f"{os.cpu_count()} processors, {os.uname().release}, {rounds} rounds")
    for n in (1, 2, 4):
        table(f"{n} producers, {n} consumers, capacity 1024: items a second",
              queues("thr", n, n, 1024, 4_000_000, 400_000), rounds, missing, True)
    table("Hand-off between two threads, capacity 1, one way: µs", queues("pp", 1, 1, 1, 50_000, 10_000), rounds, missing, False)
    pinned = lambda program, *arguments: ["taskset", "-c", "0", at(program), *arguments]
    table("The same on one processor, where both have to park: µs", [
        (OURS, "peer_ours", pinned("peer_ours", "pp", "1", "1", "1", "50000")),
        ("C, one futex", "peer_c", pinned("peer_c", "futex", "pp", "1", "1", "1", "50000")),
        ("C ring, mutex and condition variables", "peer_c", pinned("peer_c", "ring", "pp", "1", "1", "1", "50000")),
    ], rounds, missing, False)
    table("One thread, put and get: ns", queues("st", 1, 1, 1024, 3_000_000, 200_000), rounds, missing, False)
    table("Pool of 2: submit an empty task, wait for its result: µs", pools("rt", 30_000, 5_000), rounds, missing, False)
    table("Pool of 2: 1,000 in flight, a future each: tasks a second", pools("fly", 1_000_000, 50_000), rounds, missing, True)
    table("Pool of 2: map of 100,000 empty items: items a second", [
        (OURS, "peer_ours", [at("peer_ours"), "pool", "map", WORKERS, "100000"]),
        ("ours, in chunks of 100", "peer_ours", [at("peer_ours"), "pool", "map100", WORKERS, "100000"]),
        ("Python ThreadPoolExecutor", "python3", [*python, "pool", "map", WORKERS, "20000"]),
    ], rounds, missing, True)


main()
