// Swift's own: Dispatch, OperationQueue and TaskGroup.
//
//   pool_swift dispatch|operation|taskgroup rt|fly WORKERS COUNT
//
// Dispatch has no futures and cannot wait for one block among many: its 1,000 in flight are waited for all at once.
import Dispatch
import Foundation

func seconds(_ body: () -> Void) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
}

func dispatch(_ mode: String, _ count: Int) -> Double {
    let queue = DispatchQueue(label: "peer", attributes: .concurrent)
    let group = DispatchGroup()
    let inFlight = mode == "rt" ? 1 : 1_000
    return seconds {
        for _ in 0..<count / inFlight {
            for _ in 0..<inFlight { queue.async(group: group) {} }
            group.wait()
        }
    }
}

func operations(_ mode: String, _ workers: Int, _ count: Int) -> Double {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = workers
    var window: [BlockOperation] = []
    return seconds {
        for index in 0..<count {
            let operation = BlockOperation {}
            queue.addOperation(operation)
            if mode == "rt" {
                operation.waitUntilFinished()
            } else if window.count < 1_000 {
                window.append(operation)
            } else {
                window[index % 1_000].waitUntilFinished()
                window[index % 1_000] = operation
            }
        }
        queue.waitUntilAllOperationsAreFinished()
    }
}

func tasks(_ mode: String, _ count: Int) async -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    await withTaskGroup(of: Int.self) { group in
        for index in 0..<count {
            group.addTask { index }
            if mode == "rt" || index >= 1_000 { _ = await group.next() }
        }
    }
    return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
}

@main struct Main {
    static func main() async {
        let arguments = CommandLine.arguments
        let mode = arguments[2]
        guard let workers = Int(arguments[3]), let count = Int(arguments[4]) else { return }
        let time =
            switch arguments[1] {
            case "dispatch": dispatch(mode, count)
            case "operation": operations(mode, workers, count)
            default: await tasks(mode, count)
            }
        print(mode == "rt" ? "R roundtrip_us \(time / Double(count) * 1e6)" : "R tasks_per_s \(Double(count) / time)")
    }
}
