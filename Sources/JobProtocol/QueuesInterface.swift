package import Varlink

/// The text of `io.jobd.Queues`: what a client can ask of queues.
package enum QueuesInterface {
    package static let name = "io.jobd.Queues"

    /// The parsed text; a test proves that it parses.
    package static func description() throws(InterfaceSyntaxError) -> InterfaceDescription {
        try InterfaceDescription(text)
    }

    package static let text = """
        # Queues: look at them, change their settings, pause and resume them.
        #
        # Everybody may look. Only root and the members of the group jobd-admin change anything; others get
        # org.varlink.service.PermissionDenied. A queue that is not configured is io.jobd.Jobs.NoSuchQueue; the other
        # errors of io.jobd.Jobs that speak of no job come here too.
        interface io.jobd.Queues

        \(QueueView.declaration)

        # All queues, by name.
        method List() -> (queues: []Queue)

        # Changes settings of a queue, at once and for good: they win over the configuration's, also after a restart.
        # Settings are workers, rate, timeout, kill_after, retries and backoff, with values as in the configuration;
        # null goes back to what the configuration says. All are changed, or none.
        method Set(queue: string, settings: [string]?string) -> ()

        # Starts nothing more in a queue until it is resumed, also after a restart. The mode is drain, where jobs that
        # run go on, or freeze, where they are frozen meanwhile; drain if absent.
        method Pause(queue: string, mode: ?string) -> ()

        # Goes on with a queue that was paused.
        method Resume(queue: string) -> ()

        # A queue cannot have that setting: which one, and why.
        error InvalidSetting (setting: string, reason: string)
        """
}
