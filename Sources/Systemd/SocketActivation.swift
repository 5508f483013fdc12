internal import CSystemd
internal import Glibc

/// The descriptors that the service manager passed to this process, by name (`sd_listen_fds_with_names(3)`).
///
/// Whoever takes a descriptor out owns it and closes it; what nobody took is closed at the end of this value's life.
public struct SocketActivation: ~Copyable {
    private var passed: [(name: String, descriptor: CInt)]

    /// Takes over what was passed to this process, which is nothing where `LISTEN_PID` does not name it.
    ///
    /// `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` are removed from the environment, and the descriptors are
    /// close-on-exec afterwards, so no child sees either. A second call finds nothing. It changes the environment:
    /// call it before the first other thread starts.
    public init() throws(SystemdError) {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try SystemdError.check(
            "sd_listen_fds_with_names", unsafe sd_listen_fds_with_names(1, &names))
        passed = []
        guard let list = unsafe names else { return }
        for place in 0..<Int(count) {
            guard let name = unsafe list[place] else { break }
            passed.append((unsafe String(cString: name), SD_LISTEN_FDS_START + CInt(place)))
            unsafe free(name)
        }
        unsafe free(list)
    }

    deinit {
        for entry in passed { _ = close(entry.descriptor) }
    }

    /// The names of what is still here, in the order in which it was passed.
    public var names: [String] { passed.map(\.name) }

    /// Takes out the listeners of this name; there is more than one where the socket unit has several
    /// `ListenStream=`, none where nothing of that name was passed.
    ///
    /// Throws: `notAListener` where one of them is not a Unix stream socket that accepts connections. Nothing is
    /// taken out then.
    public mutating func takeListeners(named name: String) throws(SystemdError) -> [CInt] {
        let taken = passed.filter { $0.name == name }.map(\.descriptor)
        for descriptor in taken {
            let fits = try SystemdError.check(
                "sd_is_socket_unix", sd_is_socket_unix(descriptor, CInt(SOCK_STREAM.rawValue), 1, nil, 0))
            guard fits > 0 else { throw .notAListener(name: name) }
        }
        passed.removeAll { $0.name == name }
        return taken
    }
}
