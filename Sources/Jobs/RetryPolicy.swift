/// What a job says of its retries; what it does not say is its queue's default.
package struct RetryRequest: Hashable, Sendable {
    /// Further attempts after the first.
    package var retries: Int?
    /// The longest wait before the first retry.
    package var backoff: Duration?
    /// Exit codes that are worth a retry; empty is any.
    package var exitCodes: Set<Int32>
    /// Exit codes that mean success, beside 0.
    package var successCodes: Set<Int32>
    /// What happens when an attempt was stopped by a shutdown, or its end was not seen.
    package var onInterrupt: OnInterrupt?

    /// What becomes of a job whose attempt ended without fault of its own.
    package enum OnInterrupt: String, Hashable, Sendable, CaseIterable {
        /// It runs again, and no retry is spent.
        case requeue
        /// It has failed.
        case fail
    }

    package init(
        retries: Int? = nil, backoff: Duration? = nil, exitCodes: Set<Int32> = [], successCodes: Set<Int32> = [],
        onInterrupt: OnInterrupt? = nil
    ) {
        self.retries = retries
        self.backoff = backoff
        self.exitCodes = exitCodes
        self.successCodes = successCodes
        self.onInterrupt = onInterrupt
    }
}

/// When a failed attempt is followed by another one, and how long after: what the job says, and its queue's defaults.
package struct RetryPolicy: Hashable, Sendable {
    package let retries: Int
    package let backoff: Duration
    package let exitCodes: Set<Int32>
    package let successCodes: Set<Int32>
    package let onInterrupt: RetryRequest.OnInterrupt?

    /// The longest wait before the first retry where nobody says another.
    package static let defaultBackoff = Duration.seconds(5)

    /// What the longest wait is multiplied with from retry to retry.
    private static let factor = 2.0

    /// No wait is longer, unless a job asks for a longer one before its first retry.
    private static let cap = Duration.seconds(3600)

    /// "Temporary failure, try again" of sysexits.h: worth a retry whatever the list of codes says.
    private static let temporaryFailure: Int32 = 75

    /// - Parameters:
    ///   - retries: the queue's default.
    ///   - backoff: the queue's default.
    package init(_ request: RetryRequest, retries: Int = 0, backoff: Duration = Self.defaultBackoff) {
        self.retries = request.retries ?? retries
        self.backoff = request.backoff ?? backoff
        exitCodes = request.exitCodes
        successCodes = request.successCodes
        onInterrupt = request.onInterrupt
    }

    package func isSuccess(_ outcome: Outcome) -> Bool {
        guard case .exited(let code) = outcome else { return false }
        return code == 0 || successCodes.contains(code)
    }

    /// Whether a failure of this kind could pass by itself.
    func isWorthRetry(_ outcome: Outcome) -> Bool {
        guard case .exited(let code) = outcome, !exitCodes.isEmpty else { return true }
        return exitCodes.contains(code) || code == Self.temporaryFailure
    }

    /// How long the job waits before its next attempt: exponential backoff with full jitter.
    ///
    /// Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    ///
    /// - Parameters:
    ///   - spent: the attempts that have failed so far, at least 1.
    ///   - jitter: random, from 0 up to but not including 1.
    func delay(afterFailures spent: Int, jitter: Double) -> Duration {
        let longest = max(Self.cap, backoff)
        // Beyond 2^40 times any backoff that can be told from none is over the cap.
        var ceiling = backoff
        for _ in 1..<max(1, min(spent, 40)) where ceiling < longest { ceiling = ceiling * Self.factor }
        return min(ceiling, longest) * jitter
    }
}
