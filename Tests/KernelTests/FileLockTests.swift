import Glibc
import Kernel
import Testing
import Threading

/// Locks on files.
@Suite(.serialized)
struct FileLockTests {
    @Test("a second holder is refused, and told who the first is")
    func excludes() throws {
        let folder = try KernelFolder()
        let path = folder.file("lock")
        do {
            let lock = try FileLock(path: path)
            let error = #expect(throws: SystemError.self) { _ = try FileLock(path: path) }
            #expect(error?.code == EWOULDBLOCK)
            #expect(FileLock.holder(path: path) == getpid())
            withExtendedLifetime(lock) {}
        }
        _ = try FileLock(path: path)
    }

    @Test("the death of its holder frees a lock", .enabled(if: access("/usr/bin/flock", X_OK) == 0))
    func freedByDeath() throws {
        let folder = try KernelFolder()
        let path = folder.file("lock")
        #expect(mkfifo(folder.file("ready"), 0o600) == 0)
        // Open at both ends: nobody waits for the other side to open it.
        let ready = try Descriptor.open(folder.file("ready"), O_RDWR)
        let holder = try spawn([
            "/usr/bin/flock", path, "/bin/sh", "-c", "echo > '\(folder.file("ready"))'; exec sleep 300",
        ])
        var poller = Poller()
        poller.add(ready.rawValue, for: .reading)
        try #require(try poller.wait(until: .now + patience))
        #expect(throws: SystemError.self) { _ = try FileLock(path: path) }
        // flock(1) runs its program as a child with the same open file: both must die.
        for entry in try ProcessTable.entries() where entry.parent == holder { kill(entry.id, SIGKILL) }
        kill(holder, SIGKILL)
        waitpid(holder, nil, 0)
        let deadline = Deadline.after(patience)
        while true {
            do {
                _ = try FileLock(path: path)
                return
            } catch {
                try #require(error.code == EWOULDBLOCK && !deadline.isPast)
                sched_yield()
            }
        }
    }

    @Test("a lock file that is not there names nobody")
    func nobody() {
        #expect(FileLock.holder(path: "/nonexistent/lock") == nil)
    }

    @Test("a link in the place of a lock file is not followed")
    func link() throws {
        let folder = try KernelFolder()
        #expect(symlink(folder.file("victim"), folder.file("lock")) == 0)
        let error = #expect(throws: SystemError.self) { _ = try FileLock(path: folder.file("lock")) }
        #expect(error?.code == ELOOP)
        #expect(access(folder.file("victim"), F_OK) != 0)
    }
}
