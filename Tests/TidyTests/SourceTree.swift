import Foundation

/// The sources of this package, as text.
enum SourceTree {
    /// The package's folder, found from where this file was compiled.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct File {
        /// Below the package's folder: `Sources/Jobs/Job.swift`.
        let path: String
        let text: String

        /// The target that the file belongs to.
        var target: String { String(path.split(separator: "/")[1]) }
    }

    /// The files below a folder with one of these endings, by path.
    static func files(in folder: String, endings: [String] = ["swift"]) throws -> [File] {
        let base = root.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { name in endings.contains { name.hasSuffix(".\($0)") } }.sorted().map { name in
            File(
                path: "\(folder)/\(name)",
                text: try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8))
        }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}
