import Kernel

/// One program that fetches metrics: it sends a request, gets an answer, and that is all.
struct MetricsConnection: ~Copyable {
    /// What it waits for.
    private enum Phase {
        case reading(HTTPRequestReader)
        case writing([UInt8], sent: Int)
        /// The answer is sent: what the client still sends is read, or the kernel would take the answer back.
        case ending
    }

    private let socket: Descriptor
    private var phase = Phase.reading(HTTPRequestReader())
    /// When it is ended, however far it is.
    private let deadline: BootTime
    private(set) var isOver = false

    /// How long it may take all in all.
    static let patience = Duration.seconds(5)

    init(_ socket: consuming Descriptor) {
        self.socket = socket
        deadline = .now + Self.patience
    }

    var descriptor: Int32 { socket.rawValue }
    var end: BootTime { deadline }

    var interest: Poller.Interest {
        if case .writing = phase { .writing } else { .reading }
    }

    /// Does what can be done now.
    ///
    /// - Parameter report: makes the text of the metrics.
    mutating func advance(_ report: () throws -> String) {
        do throws(SystemError) {
            switch phase {
            case .reading(var reader):
                guard let bytes = try socket.read(upTo: HTTPRequestReader.longestHead) else { break }
                guard !bytes.isEmpty else {
                    isOver = true
                    break
                }
                let verdict = reader.take(bytes)
                phase = .reading(reader)
                if let verdict { try answer(Self.response(to: verdict, report)) }
            case .writing: try write()
            case .ending:
                if let bytes = try socket.read(upTo: HTTPRequestReader.longestHead), bytes.isEmpty { isOver = true }
            }
        } catch {
            // It is about this client only.
            isOver = true
        }
        expire()
    }

    /// Ends it where its time is over.
    mutating func expire() {
        guard BootTime.now >= deadline, !isOver else { return }
        if case .reading = phase { _ = try? socket.send(HTTPStatus.timeout.response()[...]) }
        isOver = true
    }

    private mutating func answer(_ response: [UInt8]) throws(SystemError) {
        phase = .writing(response, sent: 0)
        try write()
    }

    private mutating func write() throws(SystemError) {
        guard case .writing(let response, var sent) = phase else { return }
        sent += try socket.send(response[sent...])
        phase = .writing(response, sent: sent)
        guard sent == response.count else { return }
        socket.endSending()
        phase = .ending
    }

    private static func response(to verdict: HTTPRequestReader.Verdict, _ report: () throws -> String) -> [UInt8] {
        guard case .refuse(let status) = verdict else {
            guard let text = try? report() else { return HTTPStatus.unavailable.response() }
            return HTTPStatus.ok.response(OpenMetricsText.contentType, text)
        }
        return status.response()
    }
}
