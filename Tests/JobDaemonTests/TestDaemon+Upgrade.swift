import Glibc
import Kernel

/// What a test of upgrades does to a daemon.
extension TestDaemon {
    /// Puts a script into the place of the daemon's own program.
    func replaceProgram(by script: String) throws {
        unlink("\(folder)/jobd")
        try FileWriting.write(script, to: "\(folder)/jobd")
        chmod("\(folder)/jobd", 0o755)
    }

    /// Runs jobd where it finds no cgroup; for root.
    static let withoutCgroups = [
        "unshare", "-m", "--propagation", "private", "sh", "-c",
        "mount -t tmpfs none /sys/fs/cgroup && exec \"$@\"", "sh",
    ]
}
