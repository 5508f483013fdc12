import JobProtocol
import JobRunner
import JobService
import Kernel
import Varlink

/// What the daemon hands to the program that it becomes: all that goes on and is not in the store.
///
/// It is written into a sealed memory file; a variable of the environment names its descriptor.
struct Takeover: Sendable {
    /// The program that wrote it.
    var version = Version.text
    /// The process: a variable that got into another one's environment means nothing there.
    var process: Int32
    /// The lock of the state directory.
    var lock: Int32
    var listeners: [Int32]
    /// The file of the daemon's own socket; `nil` where the service manager passed it.
    var ownSocket: String?
    /// The connections of those who asked for it, and wait for their answer.
    var callers: [Int32]
    /// The soft limit of open files before this process raised its own: jobs get that.
    var openFileLimit: UInt64
    var delegation: DetachedDelegation?
    var runs: [DetachedRun]

    /// Changes whenever a program of before could not read the document, or would go on wrongly by it.
    static let format = 1

    static let variable = "JOBD_TAKEOVER"

    /// All that must stay open on the way.
    var descriptors: [Int32] { [lock] + listeners + callers + runs.flatMap { $0.attempt?.descriptors ?? [] } }

    /// Becomes the program at that path.
    ///
    /// - Returns: why it could not; never otherwise.
    func execute(_ program: String, _ arguments: [String]) -> SystemError {
        do throws(SystemError) {
            var bytes: [UInt8] = []
            json.serialize(into: &bytes)
            let memory = try SealedMemory.make(bytes)
            return ProgramImage.replace(
                by: program, arguments, keeping: descriptors + [memory.rawValue],
                variable: (Self.variable, "\(memory.rawValue)"))
        } catch {
            return error
        }
    }

    /// Reads what the program before has left; `nil` where none has.
    ///
    /// Call it while the process has one thread.
    static func receive(process: Int32) throws(DaemonFailure) -> Takeover? {
        guard let text = ProgramImage.takeVariable(variable), let number = Int32(text), number > 2 else { return nil }
        do {
            let bytes = try FileContent.read("/proc/self/fd/\(number)", limit: 1 << 30)
            guard case .object(let object) = try JSONValue(parsing: bytes) else { throw DaemonDefect("no object") }
            let takeover = try Takeover(object)
            guard takeover.process == process else { return nil }
            for descriptor in takeover.descriptors + [number] { try Descriptor.setCloseOnExec(true, descriptor) }
            _ = Descriptor(owning: number)
            return takeover
        } catch {
            // The service manager starts it anew, and that start finds the running attempts lost.
            throw .server(DaemonDefect("what the jobd before has left cannot be read: \(error)"))
        }
    }
}
