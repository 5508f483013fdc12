import Foundation
import Testing

/// The pages promise tests by name; a name that is not there is a broken promise.
@Suite("The page of CPython's tests") struct ParityPageTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    private static let page = tests.appending(
        path: "../../Sources/Threading/Threading.docc/CPythonTests.md", directoryHint: .notDirectory
    ).standardizedFileURL

    /// The names of all tests in this folder.
    private func names() throws -> Set<String> {
        let files = try FileManager.default.contentsOfDirectory(at: Self.tests, includingPropertiesForKeys: nil)
        var names: Set<String> = []
        for file in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /@Test\(\s*"([^"]+)"/) { names.insert(String(match.1)) }
        }
        return names
    }

    @Test("names only tests that exist, and leaves no row empty") func namesExist() throws {
        let names = try names()
        let rows = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n").filter {
            $0.hasPrefix("| `")
        }
        #expect(rows.count > 100)
        for row in rows {
            let cells = row.split(separator: "|", omittingEmptySubsequences: false)
            #expect(cells.count == 4, "\(row)")
            #expect(cells[2].contains { $0.isLetter } == true, "\(row)")
            for match in row.matches(of: /"([^"]+)"/) {
                #expect(names.contains(String(match.1)), "There is no test \"\(match.1)\"")
            }
        }
    }
}
