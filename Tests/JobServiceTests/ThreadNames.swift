import Kernel

/// The threads of this process.
enum ThreadNames {
    static func all() throws -> [String] {
        try Directory.names(in: "/proc/self/task").compactMap { task in
            // A thread that ends while we look has no name any more.
            (try? FileContent.read("/proc/self/task/\(task)/comm")).map {
                String(decoding: $0.dropLast(), as: UTF8.self)
            }
        }
    }
}
