internal import Varlink

/// A connection to the daemon, which the client's interrupter can end.
final class Connection {
    let varlink: VarlinkClient
    private let interrupter: JobClient.Interrupter
    private let number: Int

    init(to socket: String, interrupter: JobClient.Interrupter) throws(VarlinkClientError) {
        varlink = try VarlinkClient(connectingTo: socket)
        self.interrupter = interrupter
        number = interrupter.watch(varlink.closer)
    }

    deinit { interrupter.forget(number) }
}
