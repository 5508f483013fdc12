/// What goes by the configuration besides the service, its journal and the log.
struct ReloadedParts: Sendable {
    let authorizer: Authorizer
    let metrics: MetricsEndpoint
    let userName: String?

    /// Gets everything that a configuration needs and that may not be had.
    ///
    /// - Returns: what lets it hold; without that nothing has changed.
    /// - Throws: `unable` where something cannot be had.
    func prepare(_ configuration: Configuration, file: String?) throws(DaemonFailure) -> () -> Void {
        let submitters = try Authorizer.Submitters(
            group: configuration.submitGroup, isRoot: authorizer.isRoot, userName: userName, file: file)
        let listen = try metrics.prepare(configuration.metrics)
        return { [authorizer] in
            authorizer.allow(submitters)
            listen()
        }
    }
}
