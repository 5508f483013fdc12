import Glibc
import Systemd

/// Says what socket activation finds: a process of its own, because what stands at descriptor 3 of a test belongs to
/// the test tool.
@main
enum ListenProbe {
    static func main() {
        print(look(forListener: CommandLine.arguments.dropFirst().first ?? ""))
        print("descriptor 3 is \(fcntl(3, F_GETFD) < 0 ? "closed" : "open")")
    }

    private static func look(forListener name: String) -> String {
        do throws(SystemdError) {
            var activation = try SocketActivation()
            let names = activation.names
            let variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"].filter { (name: String) in
                getenv(name) != nil
            }
            let closesOnExec = names.indices.allSatisfy { fcntl(CInt(3 + $0), F_GETFD) & FD_CLOEXEC != 0 }
            let taken = try activation.takeListeners(named: name)
            return
                "names \(names) taken \(taken) left \(activation.names) variables \(variables) cloexec \(closesOnExec)"
        } catch {
            return "\(error)"
        }
    }
}
