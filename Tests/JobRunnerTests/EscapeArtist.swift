import Glibc
import JobRunner
import Jobs
import Kernel
import Testing

/// A way by which a process tries to outlive its attempt.
enum EscapeArtist: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case forksTwice = "forks twice, so that its parent is gone"
    case newSession = "begins a session of its own"
    case newGroup = "changes its process group"
    case isStopped = "is stopped"
    case isTraced = "is traced, and stopped by its tracer"
    case ignoresAll = "ignores and blocks every signal"
    case closesAll = "closes all its files"
    case adoptsOrphans = "adopts the orphans among its descendants"
    case noHangup = "is told by nohup to go on"
    case isRenamed = "takes the name of a kernel thread"
    case isUndumpable = "hides its memory and its environment"
    case growsHeads = "answers TERM with five children"
    case emptyEnvironment = "becomes a program without an environment, in a session of its own"
    case inMemory = "becomes a program that is in no file"
    case daemonises = "does all that a daemon does"
    case executesAgain = "becomes another program again and again"
    case hops = "forks and ends again and again"
    case bomb = "is a fork bomb"
    case ownProcessNamespace = "is init of a process namespace of its own"
    case ownGroup = "makes cgroups of its own below its own"

    var testDescription: String { rawValue }

    /// Those that change the machine need root; the others must not have it.
    var needsRoot: Bool { self == .ownProcessNamespace || self == .ownGroup }

    /// Only a cgroup holds those that leave their session and their marks, or outrun who looks for them.
    var needsCgroup: Bool {
        switch self {
        case .isUndumpable: geteuid() != 0
        case .emptyEnvironment, .inMemory, .daemonises, .executesAgain, .hops, .bomb, .ownGroup: true
        case .forksTwice, .newSession, .newGroup, .isStopped, .isTraced, .ignoresAll, .closesAll, .adoptsOrphans,

            .noHangup, .isRenamed, .growsHeads, .ownProcessNamespace:
            false
        }
    }

    /// Whether a signal to the first process's group would miss it, and one can see that it did.
    var isSeenToLeaveGroup: Bool {
        switch self {
        case .forksTwice, .isStopped, .ignoresAll, .closesAll, .ownGroup, .hops: false
        default: true
        }
    }

    /// The program as Python: it notes the processes that must not get away and says when all are there.
    func program(thenLeaves: Bool) -> String {
        Self.prelude + trick + "\nready(\(noted))\n" + (thenLeaves ? "sys.exit(3)\n" : "stay()\n")
    }

    /// How many processes are noted at least.
    private var noted: Int {
        switch self {
        case .isTraced, .adoptsOrphans: 2
        case .bomb: 20
        case .hops: 10
        default: 1
        }
    }

    private static let prelude = """
        import ctypes, os, resource, signal, sys, time
        libc = ctypes.CDLL(None, use_errno=True)
        def note(process=None):
            file = os.open("noted", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            os.write(file, b"%d\\n" % (process or os.getpid()))
            os.close(file)
        def stay():
            while True: time.sleep(300)
        def child(body):
            process = os.fork()
            if process == 0:
                try: body()
                finally: os._exit(0)
            return process
        def ready(count):
            while not (os.path.exists("noted") and len(open("noted").readlines()) >= count): time.sleep(0.002)
            print("ready", flush=True)
        def owner(process):
            try: return os.stat("/proc/" + process).st_uid
            except OSError: return -1
        def goes_on():
            return os.path.exists("go") and time.time() < began + 60
        began = time.time()
        def sleep_as(path):
            os.setsid()
            note()
            os.execve(path, ["sleep", "300"], {})

        """

    private var trick: String {
        switch self {
        case .forksTwice: "os.waitpid(child(lambda: child(lambda: (note(), stay()))), 0)"
        case .newSession: "child(lambda: (os.setsid(), note(), stay()))"
        case .newGroup: "child(lambda: (os.setpgid(0, 0), note(), stay()))"
        case .isStopped: "os.waitpid(child(lambda: (note(), os.kill(os.getpid(), signal.SIGSTOP))), os.WUNTRACED)"
        case .isTraced:
            """
            def traced():
                libc.ptrace(0, 0, 0, 0)
                os.kill(os.getpid(), signal.SIGSTOP)
            def tracer():
                os.setsid()
                tracee = child(traced)
                os.waitpid(tracee, 0)
                note(tracee)
                note()
                stay()
            child(tracer)
            """
        case .ignoresAll:
            """
            def deaf():
                every = set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}
                for number in every: signal.signal(number, signal.SIG_IGN)
                signal.pthread_sigmask(signal.SIG_BLOCK, every)
                note()
                stay()
            child(deaf)
            """
        case .closesAll: "child(lambda: (note(), os.closerange(0, 65536), stay()))"
        case .adoptsOrphans:
            """
            def parent():
                os.setsid()
                libc.prctl(36, 1, 0, 0, 0)
                os.waitpid(child(lambda: child(lambda: (os.setsid(), note(), stay()))), 0)
                note()
                stay()
            child(parent)
            """
        case .noHangup:
            "os.system('nohup setsid sh -c \"echo \\\\$\\\\$ >> noted; exec sleep 300\" > /dev/null 2>&1 &')"
        case .isRenamed: "child(lambda: (os.setsid(), libc.prctl(15, b'kworker/0:1', 0, 0, 0), note(), stay()))"
        case .isUndumpable: "child(lambda: (os.setsid(), libc.prctl(4, 0, 0, 0, 0), note(), stay()))"
        case .growsHeads:
            """
            def heads(*_):
                for _ in range(5): child(lambda: (os.setsid(), note(), stay()))
            child(lambda: (os.setsid(), signal.signal(signal.SIGTERM, heads), note(), stay()))
            """
        case .emptyEnvironment: "child(lambda: sleep_as('/bin/sleep'))"
        case .inMemory:
            """
            file = os.memfd_create("nowhere", 0)
            os.write(file, open("/bin/sleep", "rb").read())
            child(lambda: sleep_as(file))
            """
        case .daemonises:
            """
            def daemon():
                os.setsid()
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
                child(lambda: (note(), os.chdir("/"), os.closerange(0, 65536), sleep_last()))
            def sleep_last():
                os.execve("/bin/sleep", ["sleep", "300"], {})
            os.waitpid(child(daemon), 0)
            """
        case .executesAgain:
            """
            open("again", "w").write("#!/bin/sh\\n[ -e go ] || exit\\nexec ./again\\n")
            os.chmod("again", 0o755)
            child(lambda: (os.setsid(), note(), os.execve("./again", ["again"], {})))
            """
        case .hops:
            """
            def hop():
                for hops in range(1000000):
                    if not goes_on(): os._exit(0)
                    if os.fork(): os._exit(0)
                    os.setsid()
                    if hops < 100: note()
            child(hop)
            """
        case .bomb:
            """
            others = [name for name in os.listdir("/proc") if name.isdigit() and owner(name) == os.getuid()]
            resource.setrlimit(resource.RLIMIT_NPROC, (len(others) + 100, len(others) + 100))
            def explode():
                os.setsid()
                note()
                while goes_on():
                    try: child(explode)
                    except OSError: time.sleep(0.001)
            child(explode)
            """
        case .ownProcessNamespace:
            """
            assert libc.unshare(0x20000000) == 0
            note(child(lambda: (os.setsid(), stay())))
            """
        case .ownGroup:
            """
            own = [line for line in open("/proc/self/cgroup") if line.startswith("0::")][0][3:].strip()
            root = [line.split()[1] for line in open("/proc/mounts") if line.split()[2] == "cgroup2"][0]
            inner = root + own + "/inner/most"
            os.makedirs(inner)
            child(lambda: (os.setsid(), open(inner + "/cgroup.procs", "w").write("0"), note(), stay()))
            """
        }
    }
}
