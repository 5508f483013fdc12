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
    let identity: Identity.Change?
    /// The soft limit of open files; `nil` leaves the daemon's.
    let openFileLimit: UInt64?

    /// Starts it.
    ///
    /// When this throws, no process is left.
    func start(
        standardInput: borrowing Descriptor, standardOutput: Int32, standardError: Int32, cgroup: Int32?
    ) throws(StartFailure) -> ProcessHandle {
        let executables = CStringArray(executables)
        let arguments = CStringArray(arguments)
        let environment = CStringArray(environment)
        let directory = CStringArray([directory])
        let groups = identity?.groups ?? []
        var result = linux_spawn_result()
        let code = unsafe groups.withUnsafeBufferPointer { groups in
            var description = unsafe linux_spawn_description()
            unsafe description.executables = executables.constant
            unsafe description.arguments = UnsafePointer(arguments.pointers)
            unsafe description.environment = UnsafePointer(environment.pointers)
            unsafe description.directory = directory.constant[0]
            unsafe description.standard_input = standardInput.rawValue
            unsafe description.standard_output = standardOutput
            unsafe description.standard_error = standardError
            unsafe description.cgroup = cgroup ?? -1
            unsafe description.mask = 0o022
            unsafe description.open_file_limit = openFileLimit ?? 0
            unsafe description.change_identity = identity == nil ? 0 : 1
            unsafe description.user = identity?.user ?? 0
            unsafe description.group = identity?.group ?? 0
            unsafe description.groups = groups.baseAddress
            unsafe description.group_count = UInt32(groups.count)
            return unsafe linux_spawn(&description, &result)
        }
        guard code == 0 else {
            throw StartFailure(step: StartStep(rawValue: result.step) ?? .clone, errno: result.error)
        }
        return ProcessHandle(processID: result.pid, owning: Descriptor(owning: result.pidfd))
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
