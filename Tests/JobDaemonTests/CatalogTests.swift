import Jobs
import Kernel
import Testing

@testable import JobDaemon

/// What `journalctl -x` says about entries of jobd's, against the kinds of entries that there are.
@Suite("The journal's catalog")
struct CatalogTests {
    private struct Entry {
        var comment = ""
        var id = ""
        var header: [String: String] = [:]
        var text: [String] = []
    }

    private static let top = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    private static func text(of path: String) throws -> String {
        String(decoding: try FileContent.read("\(top)/\(path)"), as: UTF8.self)
    }

    /// The entries in their order, by the rules of systemd's own reader: `-- ID` after an empty line begins one, a line
    /// with `#` is none, and an empty line ends the header.
    private func entries() throws -> [Entry] {
        var entries: [Entry] = []
        var comment = ""
        var isHeader = false
        for line in try Self.text(of: "systemd/jobd.catalog").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# ") {
                comment = String(line.dropFirst(2))
            } else if line.hasPrefix("-- ") {
                entries.append(Entry(comment: comment, id: String(line.dropFirst(3))))
                isHeader = true
            } else if line.isEmpty {
                isHeader = false
            } else if isHeader, let colon = line.firstIndex(of: ":") {
                entries[entries.count - 1].header[String(line[..<colon])] = String(line[colon...].dropFirst(2))
            } else {
                entries[entries.count - 1].text.append(String(line))
            }
        }
        return entries
    }

    @Test("each kind of entry is explained, none twice, and nothing else is")
    func complete() throws {
        let entries = try entries()
        #expect(entries.map(\.id) == JournalEvent.allCases.map(\.id))
        for (entry, event) in zip(entries, JournalEvent.allCases) {
            #expect(entry.comment.hasPrefix("\(event.word): "), "\(event)")
            #expect(entry.header.keys.sorted() == ["Defined-By", "Documentation", "Subject", "Support"], "\(event)")
            #expect(!entry.text.isEmpty, "\(event)")
        }
    }

    @Test("each kind of entry is one that jobd says")
    func said() throws {
        let folder = "Sources/JobDaemon"
        let sources = try Directory.names(in: "\(Self.top)/\(folder)")
            .filter { $0.hasSuffix(".swift") && $0 != "JournalEvent.swift" }
            .map { try Self.text(of: "\(folder)/\($0)") }
        for event in JournalEvent.allCases {
            #expect(sources.contains { $0.contains(".\(event)") }, "\(event)")
        }
    }

    @Test("each id is one of 128 bits, and the journal can keep it")
    func ids() {
        for event in JournalEvent.allCases {
            #expect(event.id.utf8.count == 32 && event.id.allSatisfy { $0.isHexDigit && !$0.isUppercase }, "\(event)")
        }
    }

    @Test("an entry speaks only of fields that the manual has")
    func fields() throws {
        let manual = try Self.text(of: "packaging/pages/jobd.8.in")
        for entry in try entries() {
            let words = ([entry.header["Subject"] ?? ""] + entry.text).joined(separator: " ")
            for match in words.matches(of: /JOBD_[A-Z_]+/) {
                #expect(manual.contains(match.output), "\(match.output) of \(entry.comment)")
            }
        }
    }

    @Test("words for people are those of the code, with hyphens")
    func words() {
        #expect(JournalEvent.jobOutOfMemory.word == "job-out-of-memory")
        #expect(JournalEvent.daemonReady.word == "daemon-ready")
        #expect(JournalEvent(end: .failed(.attempt(.timedOut))) == .jobTimedOut)
        #expect(JournalEvent(end: .failed(.attempt(.exited(code: 1)))) == .jobFailed)
        #expect(JournalEvent(end: .failed(.poison)) == .jobPoison)
        #expect(JournalEvent(end: .succeeded) == .jobSucceeded)
    }
}
