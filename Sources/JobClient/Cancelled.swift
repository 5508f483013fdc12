internal import JobProtocol

extension JobClient {
    /// What became of a job that was to be cancelled.
    public enum Cancelled: Sendable, Equatable {
        /// It was waiting and will not run.
        case cancelled
        /// Its processes are being stopped; wait for it to see the end.
        case stopping
        /// It had ended before, in that state.
        case ended(State)
        /// There is no such job, or it is not yours.
        case unknown

        init(_ item: CancelCall.Answer.Item) {
            switch item.result {
            case .cancelled: self = .cancelled
            case .stopping: self = .stopping
            case .ended: self = .ended(item.state.flatMap(State.init(rawValue:)) ?? .cancelled)
            case .unknown: self = .unknown
            }
        }
    }
}
