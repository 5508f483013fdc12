import Glibc
import Threading

/// Producers and consumers on a bounded queue, with `taskDone` and `join`.
///
///     checksum-files DIRECTORY…     prints a checksum for each file below; exits with 1 when some could not be read
@main struct ChecksumFiles {
    static func main() throws {
        let failures = try checksum(Array(CommandLine.arguments.dropFirst()), workers: 4)
        exit(failures == 0 ? 0 : 1)
    }
}

/// Checksums all files below `directories` and gives how many could not be read.
func checksum(_ directories: [String], workers: Int) throws -> Int {
    // The listers wait while 64 files are waiting: however many files there are, memory stays small.
    let files = Queue<String>(capacity: 64)
    let failures = Monitor(0)

    let consumers = try (1...workers).map { number in
        try DaemonThread(name: "checksum-\(number)") {
            for file in files {
                if let sum = fnv1a(of: file) {
                    print("\(String(sum, radix: 16)) \(file)")
                } else {
                    failures.withLock { $0 += 1 }
                }
                do { try files.taskDone() } catch { fatalError("\(error)") }
            }
        }
    }
    let producers = try directories.enumerated().map { number, directory in
        try DaemonThread(name: "list-\(number + 1)") {
            do { try list(directory, into: files) } catch { fatalError("\(error)") }
        }
    }

    for producer in producers { producer.join() }  // all is in the queue,
    files.join()  // all of it is done,
    files.shutDown()  // and nothing more comes:
    for consumer in consumers { consumer.join() }  // the loops over the queue have ended.
    return failures.withLock { $0 }
}

/// Puts the paths of all regular files below `directory` into `files`.
func list(_ directory: String, into files: Queue<String>) throws(QueueError) {
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        let path = "\(directory)/\(name)"
        var status = stat()
        guard lstat(path, &status) == 0 else { continue }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: try list(path, into: files)
        case S_IFREG: try files.put(path)
        default: continue
        }
    }
}

/// The 64-bit FNV-1a checksum of a file's bytes; `nil` when it cannot be read.
func fnv1a(of file: String) -> UInt64? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 { return nil }
        if count == 0 { return sum }
        for byte in buffer[..<count] { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
