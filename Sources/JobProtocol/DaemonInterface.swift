package import Varlink

/// The text of `io.jobd.Daemon`: what a client can ask of the daemon itself.
package enum DaemonInterface {
    package static let name = "io.jobd.Daemon"

    /// The parsed text; a test proves that it parses.
    package static func description() throws(InterfaceSyntaxError) -> InterfaceDescription {
        try InterfaceDescription(text)
    }

    package static let text = """
        # The daemon itself.
        interface io.jobd.Daemon

        # A queue, and how many of its jobs are in which state.
        type Queue (
          name: string,
          workers: int,
          timeoutMilliseconds: ?int,
          scheduled: int,
          ready: int,
          running: int,
          succeeded: int,
          failed: int,
          cancelled: int
        )

        # How the daemon is.
        method Status() -> (
          version: string,
          pid: int,
          # running or draining.
          state: string,
          started: string,
          # The user it runs as.
          user: string,
          stateDirectory: string,
          # The configuration file it read; absent where it runs on defaults.
          configuration: ?string,
          # How the processes of an attempt are kept together.
          containment: string,
          queues: []Queue
        )

        # A defect of the daemon.
        error InternalError (reason: string)
        """
}
