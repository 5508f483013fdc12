import Glibc
import Kernel
import Testing

/// Folders that are reached through descriptors, and what is told of files.
struct FolderTreeTests {
    @Test("a tree is removed with all it holds, and nothing that it links to")
    func removes() throws {
        let folder = try KernelFolder()
        try Directory.make(folder.file("outside"), mode: 0o755)
        try Directory.make(folder.file("tree/a/b"), mode: 0o755)
        _ = try Descriptor.open(folder.file("outside/file"), O_WRONLY | O_CREAT, mode: 0o600)
        _ = try Descriptor.open(folder.file("tree/a/file"), O_WRONLY | O_CREAT, mode: 0o600)
        try #require(symlink(folder.file("outside"), folder.file("tree/link")) == 0)
        try #require(chmod(folder.file("tree/a/b"), 0) == 0)
        let top = try Descriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
        #expect(try top.names() == ["outside", "tree"])
        try top.removeTree(below: "tree")
        try top.removeTree(below: "tree")
        #expect(try top.names() == ["outside"])
        #expect(access(folder.file("outside/file"), F_OK) == 0)
    }

    @Test("a tree that is deeper than it may be is not followed to its end")
    func tooDeep() throws {
        let folder = try KernelFolder()
        try Directory.make(folder.file("1/2/3"), mode: 0o755)
        let top = try Descriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
        #expect(throws: SystemError(call: "unlinkat 3", code: ELOOP)) { try top.removeTree(below: "1", depth: 2) }
        try top.removeTree(below: "1", depth: 3)
        #expect(try top.names() == [])
    }

    @Test(
        "a durable directory is made with those above it, and may be there already",
        arguments: ["one", "one/two/three", "one/two//"])
    func makesDurable(name: String) throws {
        let folder = try KernelFolder()
        for _ in 1...2 {
            try Directory.makeDurable(folder.file(name), mode: 0o700)
            #expect(try Directory.names(in: folder.file(name)) == [])
        }
        #expect(try Directory.names(in: folder.path) == ["one"])
    }

    @Test("no durable directory is made below a file, or at the top of all that is not there")
    func makesNotDurable() throws {
        let folder = try KernelFolder()
        let file = folder.file("file")
        _ = try Descriptor.open(file, O_WRONLY | O_CREAT, mode: 0o600)
        #expect(throws: SystemError(call: "mkdir \(file)/new", code: ENOTDIR)) {
            try Directory.makeDurable("\(file)/new", mode: 0o700)
        }
        #expect(throws: SystemError(call: "mkdir ", code: ENOENT)) { try Directory.makeDurable("", mode: 0o700) }
    }

    @Test("a directory is made once, and a link to one is not opened")
    func makes() throws {
        let folder = try KernelFolder()
        let top = try Descriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
        #expect(try top.makeDirectory(below: "new", mode: 0o700).names() == [])
        #expect(throws: SystemError(call: "mkdirat new", code: EEXIST)) {
            _ = try top.makeDirectory(below: "new", mode: 0o700).rawValue
        }
        try #require(symlink("new", folder.file("link")) == 0)
        #expect(throws: SystemError(call: "openat link", code: ENOTDIR)) {
            _ = try top.openDirectory(below: "link").rawValue
        }
    }

    @Test("a file's state changes with its content, and with the file in its place")
    func states() throws {
        let folder = try KernelFolder()
        #expect(try FileState(of: folder.file("a")) == nil)
        try Descriptor.open(folder.file("a"), O_WRONLY | O_CREAT, mode: 0o600).write(all: [1])
        try Descriptor.open(folder.file("b"), O_WRONLY | O_CREAT, mode: 0o600).write(all: [1])
        let first = try #require(try FileState(of: folder.file("a")))
        #expect(try FileState(of: folder.file("a")) == first)
        try Descriptor.open(folder.file("a"), O_WRONLY | O_APPEND).write(all: [2])
        let second = try FileState(of: folder.file("a"))
        #expect(second != first)
        try #require(rename(folder.file("b"), folder.file("a")) == 0)
        #expect(try FileState(of: folder.file("a")) != second)
    }

    @Test("reading gives what is there, and tells nothing now from the end")
    func reading() throws {
        var pipe: Pipe? = try Pipe.forOutput()
        #expect(try pipe?.reading.read(upTo: 10) == nil)
        try pipe?.writing.write(all: [1, 2, 3])
        #expect(try pipe?.reading.read(upTo: 2) == [1, 2])
        #expect(try pipe?.reading.read(upTo: 2) == [3])
        guard let reading = pipe.take()?.takeReading() else { return }
        #expect(try reading.read(upTo: 2) == [])
        #expect(fcntl(reading.rawValue, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test("the children of a thread are told, and which has ended")
    func children() throws {
        let own = try #require(ProcessTable.children(ofOwnThread: getpid()))
        #expect(ProcessTable.children(ofOwnThread: 0) == nil)
        let child = try spawn(["/bin/sleep", "300"])
        #expect(!ProcessTable.hasEnded(child: child))
        kill(child, SIGKILL)
        var information = siginfo_t()
        waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT)
        #expect(ProcessTable.hasEnded(child: child))
        waitpid(child, nil, 0)
        #expect(!ProcessTable.hasEnded(child: child))
        #expect(!own.contains(child))
    }
}
