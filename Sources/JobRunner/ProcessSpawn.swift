import CLinux
import Glibc
import Jobs
import Kernel

/// Starts a program through CLinux's path from clone3 to execve.
struct ProcessSpawn {
    let executables: [String]
    let arguments: [String]
    let environment: [String]
    let directory: String
    let identity: Identity
    let surroundings: Surroundings
    let mayGainPrivileges: Bool
    /// The soft limit of open files; `nil` leaves the daemon's.
    let openFileLimit: UInt64?
    /// What the job's own wishes may not exceed.
    let ceilings: ProcessLimits
    /// Ends the start if it does not get through.
    var spawnGuard = SpawnGuard.standard

    /// Starts it.
    ///
    /// When this throws, no process is left. A start that does not get through in the time that the guard gives it
    /// fails with `ETIMEDOUT`.
    func start(
        standardInput: borrowing Descriptor, standardOutput: Int32, standardError: Int32, cgroup: Int32?,
        joinsCgroup: Bool
    ) throws(StartFailure) -> ProcessHandle {
        let executables = CStringArray(executables)
        let arguments = CStringArray(arguments)
        let environment = CStringArray(environment)
        // Directory, input, out-of-memory score.
        let texts = CStringArray([directory, inputPath ?? "", "0"])
        let groups = identity.change?.groups ?? []
        let resetsScore = identity.change != nil && !OutOfMemoryScore.isStandard
        let pending = PendingSpawn()
        try spawnGuard.begin(pending)
        var result = linux_spawn_result()
        let code = unsafe withLimits { limits, ownLimits in
            unsafe groups.withUnsafeBufferPointer { groups in
                var description = unsafe linux_spawn_description()
                unsafe description.executables = executables.constant
                unsafe description.arguments = UnsafePointer(arguments.pointers)
                unsafe description.environment = UnsafePointer(environment.pointers)
                unsafe description.directory = texts.constant[0]
                unsafe description.standard_input = standardInput.rawValue
                unsafe description.standard_output = standardOutput
                unsafe description.standard_error = standardError
                unsafe description.cgroup = cgroup ?? -1
                unsafe description.join_cgroup = joinsCgroup ? 1 : 0
                unsafe description.input_path = inputPath == nil ? nil : texts.constant[1]
                unsafe description.mask = mode_t(surroundings.fileMask)
                // Only root may raise what an ordinary daemon was given.
                unsafe description.reset_priority = identity.change == nil ? 0 : 1
                unsafe description.out_of_memory_score = resetsScore ? texts.constant[2] : nil
                unsafe description.limits = limits.baseAddress
                unsafe description.limit_count = UInt32(limits.count)
                unsafe description.has_nice = surroundings.nice == nil ? 0 : 1
                unsafe description.nice = Int32(clamping: surroundings.nice ?? 0)
                unsafe description.io_priority = surroundings.ioPriority?.kernelValue ?? 0
                unsafe description.own_limits = ownLimits.baseAddress
                unsafe description.own_limit_count = UInt32(ownLimits.count)
                unsafe description.allow_new_privileges = mayGainPrivileges ? 1 : 0
                unsafe description.change_identity = identity.change == nil ? 0 : 1
                unsafe description.user = identity.change?.user ?? 0
                unsafe description.group = identity.change?.group ?? 0
                unsafe description.groups = groups.baseAddress
                unsafe description.group_count = UInt32(groups.count)
                return unsafe linux_spawn(&description, pending.pidfd, &result)
            }
        }
        let isKilled = spawnGuard.end(pending)
        guard code == 0, let descriptor = pending.takeDescriptor() else {
            throw isKilled
                ? Self.timedOut : StartFailure(step: StartStep(rawValue: result.step) ?? .clone, errno: result.error)
        }
        let process = ProcessHandle(processID: result.pid, owning: descriptor)
        guard isKilled else { return process }
        // It fails only where somebody else took the record: the process is gone all the same.
        _ = try? process.wait()
        throw Self.timedOut
    }

    private static var timedOut: StartFailure { StartFailure(step: .execute, errno: ETIMEDOUT) }

    private var inputPath: String? {
        if case .file(let path) = surroundings.input { path } else { nil }
    }

    /// What every job is given, and what this one wishes for.
    private func withLimits(
        _ body: (UnsafeBufferPointer<linux_spawn_limit>, UnsafeBufferPointer<linux_spawn_limit>) -> Int32
    ) -> Int32 {
        var given = ProcessLimits([.core: .init(soft: 0)])
        given.bounds[.openFiles] = openFileLimit.map { .init(soft: $0) }
        return unsafe given.kernelValues.withUnsafeBufferPointer { given in
            unsafe ownLimits.kernelValues.withUnsafeBufferPointer { own in unsafe body(given, own) }
        }
    }
}

extension ProcessSpawn {
    /// A ceiling is taken with the job's rights, so it can be no higher than the daemon's own.
    private var ownLimits: ProcessLimits {
        var ceilings = ceilings
        for (resource, bound) in ceilings.ordered {
            var daemons = rlimit()
            guard unsafe getrlimit(__rlimit_resource_t(UInt32(resource.kernelValue)), &daemons) == 0 else { continue }
            ceilings.bounds[resource] = .init(min(bound.soft, UInt64(daemons.rlim_max)))
        }
        return surroundings.limits.atMost(ceilings)
    }
}

extension ProcessLimits {
    fileprivate var kernelValues: [linux_spawn_limit] {
        ordered.map { resource, bound in
            linux_spawn_limit(
                resource: resource.kernelValue, keep_hard: bound.hard == nil ? 1 : 0, soft: bound.soft,
                hard: bound.hard ?? 0)
        }
    }
}

extension ProcessLimits.Resource {
    fileprivate var kernelValue: Int32 {
        let resource =
            switch self {
            case .cpuTime: RLIMIT_CPU
            case .fileSize: RLIMIT_FSIZE
            case .data: RLIMIT_DATA
            case .stack: RLIMIT_STACK
            case .core: RLIMIT_CORE
            case .processes: __RLIMIT_NPROC
            case .openFiles: RLIMIT_NOFILE
            case .lockedMemory: __RLIMIT_MEMLOCK
            case .addressSpace: RLIMIT_AS
            case .pendingSignals: __RLIMIT_SIGPENDING
            case .messageQueues: __RLIMIT_MSGQUEUE
            }
        return Int32(resource.rawValue)
    }
}

extension IOPriority {
    /// The class in the upper bits, the level in the lower 13 (linux/ioprio.h).
    fileprivate var kernelValue: Int32 {
        switch self {
        case .realTime(let level): 1 << 13 | Int32(clamping: level)
        case .bestEffort(let level): 2 << 13 | Int32(clamping: level)
        case .idle: 3 << 13
        }
    }
}

/// Strings as C wants them: an array of pointers that ends with NULL.
@safe
private final class CStringArray {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        unsafe pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { unsafe pointers[index] = strdup(string) }
        unsafe pointers[strings.count] = nil
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }

    /// The same for parameters that promise not to write.
    var constant: UnsafePointer<UnsafePointer<CChar>?> {
        unsafe UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }
}
