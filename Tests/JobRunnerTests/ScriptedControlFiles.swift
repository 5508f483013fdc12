import Glibc
import JobRunner
import Kernel
import Testing
import Threading

/// Control files that are no kernel's: every group has the same ones, what is written is noted and changes nothing.
final class ScriptedControlFiles: ControlFiles {
    private struct State {
        var written: [String] = []
        var standard: [String: String]
        var contents: [String: String] = [:]
        var refusals: [String: Int32] = [:]
    }

    private let root: String
    private let state: Monitor<State>

    /// - Parameters:
    ///   - root: the paths in the notes are those below it.
    ///   - standard: the files of each group, by their names.
    init(root: String, standard: [String: String]) {
        self.root = root
        state = Monitor(State(standard: standard))
    }

    /// `path: text` of each write, those that were refused among them.
    var written: [String] {
        state.withLock { state in
            defer { state.written = [] }
            return state.written
        }
    }

    /// Gives a file of one group a content of its own; `nil` takes the file away.
    func set(_ path: String, _ text: String?) { state.withLock { $0.contents[path] = text ?? Self.missing } }

    /// Refuses a text in a file.
    func refuse(_ text: String, in path: String, code: Int32) {
        state.withLock { $0.refusals["\(path): \(text)"] = code }
    }

    func read(_ path: String) throws(SystemError) -> String {
        let path = path.dropFirst(root.utf8.count + 1)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let text = state.withLock { $0.contents[String(path)] ?? $0.standard[name] ?? Self.missing }
        guard text != Self.missing else { throw SystemError(call: "open \(path)", code: ENOENT) }
        return text
    }

    func write(_ text: String, to path: String) throws(SystemError) {
        let note = "\(path.dropFirst(root.utf8.count + 1)): \(text)"
        let code = state.withLock { state in
            state.written.append(note)
            return state.refusals[note]
        }
        if let code { throw SystemError(call: "write \(path)", code: code) }
    }

    private static let missing = "\u{0}"
}
