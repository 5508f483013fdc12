import Jobs
import Threading

/// The lanes of all queues, by name; a queue gets one when it first has workers, and keeps it.
final class Lanes: Sendable {
    private let all = Monitor<[QueueName: Lane]>([:])

    subscript(name: QueueName) -> Lane? { all.withLock { $0[name] } }

    /// Sees to it that a queue has at least so many workers; each thread runs what `body` makes for its lane.
    func grow(
        _ name: QueueName, to count: Int, _ body: (Lane) -> @Sendable () -> Void
    ) throws(ThreadError) {
        let (lane, isNew) = all.withLock { lanes -> (Lane, Bool) in
            if let known = lanes[name] { return (known, false) }
            let lane = Lane(name: name)
            lanes[name] = lane
            return (lane, true)
        }
        if isNew {
            try lane.start(count, body(lane))
        } else {
            try lane.grow(to: count)
        }
    }

    /// Lets all workers end once they have nothing to do, and waits for them.
    func end() {
        let lanes = all.withLock { Array($0.values) }
        for lane in lanes { lane.shutDown() }
        for lane in lanes { lane.join() }
    }
}
