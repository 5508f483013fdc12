import Foundation
import Jobs
import Testing

@Suite("Rules of this package that a program can check")
struct TidyTests {
    /// Which of our own targets each may import: arrows only point down.
    static let arrows: [String: Set<String>] = [
        "Threading": ["CLinux"],
        "Kernel": ["CLinux"],
        "Jobs": [],
        "Systemd": ["CSystemd"],
        "Varlink": ["Kernel"],
        "VarlinkServer": ["Varlink", "Kernel"],
        "JobStore": ["Jobs", "Threading"],
        "JobStoreSQLite": ["JobStore", "Jobs", "Threading", "CSQLite", "CSQLiteChecksum"],
        "JobProtocol": ["Varlink", "Jobs"],
        "JobRunner": ["Jobs", "Kernel", "Systemd", "Threading", "CLinux"],
        "JobService": ["JobStore", "JobRunner", "Jobs", "Kernel", "Threading"],
        "JobDaemon": [
            "JobService", "JobProtocol", "JobStore", "JobStoreSQLite", "JobRunner", "Jobs", "Varlink", "VarlinkServer",
            "Sealing", "Systemd", "Threading", "Kernel", "CTOML",
        ],
        "Sealing": ["JobRunner", "Jobs", "Kernel", "CSodium"],
        "JobClient": ["JobProtocol", "Varlink", "Jobs", "Kernel", "Threading"],
        "jobd": ["JobDaemon", "JobProtocol"],
        "jobctl": ["JobClient", "JobProtocol", "Jobs", "Varlink", "Kernel", "Threading"],
    ]

    private static func imports(of file: SourceTree.File) -> [String] {
        file.text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count,
                words[..<index].allSatisfy({
                    $0.hasPrefix("@") || ["package", "public", "internal", "private"].contains($0)
                })
            else { return nil }
            return words[index + 1]
        }
    }

    @Test("every target imports only what lies below it")
    func imports() throws {
        let own = Set(Self.arrows.keys).union(["CLinux", "CTOML", "CSystemd", "CSQLite", "CSQLiteChecksum", "CSodium"])
        for file in try SourceTree.files(in: "Sources") {
            let allowed = try #require(Self.arrows[file.target], "\(file.target) has no arrows yet: add them")
            let wrong = Self.imports(of: file).filter { own.contains($0) && !allowed.contains($0) }
            #expect(wrong.isEmpty, "\(file.path) imports \(wrong)")
        }
    }

    @Test("what ships does not import the whole of Foundation, nor a second model of concurrency")
    func foundation() throws {
        for file in try SourceTree.files(in: "Sources") {
            let wrong = Self.imports(of: file).filter { ["Foundation", "Dispatch"].contains($0) }
            #expect(wrong.isEmpty, "\(file.path) imports \(wrong)")
            let code = file.text.split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }
            for word in [" async ", "await ", " actor ", "Task {", "Mutex<", " Mutex("] {
                #expect(!code.contains { $0.contains(word) }, "\(file.path) holds '\(word)'")
            }
        }
    }

    @Test("only the socket server knows SwiftNIO")
    func networking() throws {
        for file in try SourceTree.files(in: "Sources") where file.target != "VarlinkServer" {
            #expect(!Self.imports(of: file).contains { $0.hasPrefix("NIO") }, "\(file.path)")
        }
    }

    @Test("every thread of the daemon is on the page that lists them")
    func threads() throws {
        let page = try SourceTree.text(of: "Sources/JobDaemon/JobDaemon.docc/Threads.md")
        for file in try SourceTree.files(in: "Sources") where ["JobDaemon", "JobService"].contains(file.target) {
            for match in file.text.matches(of: /DaemonThread\(name: "([a-z]+)/) {
                #expect(page.contains("`\(match.1)"), "\(match.1) of \(file.path)")
            }
        }
    }

    @Test("only a weakened build knows weaknesses")
    func weaknesses() throws {
        let uses = try SourceTree.files(in: "Sources").filter { $0.text.contains("eakness") }
        #expect(uses.contains { $0.path == "Sources/JobStore/Weakness.swift" })
        for file in uses {
            var conditions: [Bool] = []
            for line in file.text.split(separator: "\n") {
                switch line.split(separator: " ").first {
                case "#if": conditions.append(line.hasSuffix("#if WEAKENED"))
                case "#else": conditions[conditions.count - 1] = false
                case "#endif": conditions.removeLast()
                default: #expect(!line.contains("eakness") || conditions.contains(true), "\(file.path): \(line)")
                }
            }
        }
    }

    @Test("only a debug build can have a thread held up")
    func wedges() throws {
        let uses = try SourceTree.files(in: "Sources").filter { $0.text.contains("Wedge") }
        #expect(uses.contains { $0.path == "Sources/JobDaemon/Wedge.swift" })
        for file in uses {
            var conditions: [Bool] = []
            for line in file.text.split(separator: "\n") {
                switch line.split(separator: " ").first {
                case "#if": conditions.append(line.hasSuffix("#if DEBUG"))
                case "#else": conditions[conditions.count - 1] = false
                case "#endif": conditions.removeLast()
                default: #expect(!line.contains("Wedge") || conditions.contains(true), "\(file.path): \(line)")
                }
            }
        }
    }

    @Test("no source file is called after nothing in particular")
    func names() throws {
        for file in try SourceTree.files(in: "Sources", endings: ["swift", "c", "h", "cpp"]) {
            let name = file.path.split(separator: "/").last.map(String.init) ?? ""
            for word in ["Util", "Helper", "Manager", "Common", "Misc"] {
                #expect(!name.contains(word), "\(file.path)")
            }
        }
    }

    @Test("the shipped configuration names every key that the daemon knows, and no other")
    func configuration() throws {
        let shipped = try SourceTree.text(of: "config/jobd.toml")
        let keys = shipped.matches(of: #/(?m)^\#([a-z_]+) = /#).map { String($0.1) }
        let reader = try SourceTree.text(of: "Sources/JobDaemon/ConfigurationFile.swift")
        let known = reader.matches(of: /case "([a-z_]+)":/).map { String($0.1) }
        let limits = ResourceLimits.Name.allCases.flatMap { name in
            name == .ioWeight ? [name.rawValue] : [name.rawValue, "\(name.rawValue)_ceiling"]
        }
        #expect(keys.sorted() == (known + limits).sorted())
    }
}
