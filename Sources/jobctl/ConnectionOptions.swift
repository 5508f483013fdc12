import ArgumentParser
import JobClient

/// Which daemon to speak to: the same for every verb.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("jobd's socket (else JOBD_SOCKET, else the usual one).", valueName: "PATH"))
    var socket: String?

    var client: JobClient { JobClient(socket: socket) }
}
