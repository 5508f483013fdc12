import JobRunner
import Jobs
import Kernel
import Testing

/// What the kernel says of an attempt's processes.
extension RunnerHarness {
    /// Asks again and again: the kernel does not announce what is asked here.
    func waitUntil(_ what: String, _ isSo: () throws -> Bool) throws {
        let deadline = BootTime.now + Self.patience
        while try !isSo() { try #require(BootTime.now < deadline, "\(what): not in time") }
    }

    func entry(_ process: Int32) throws -> ProcessTable.Entry? {
        try ProcessTable.entries().first { $0.id == process }
    }

    /// Waits until every process of this harness's jobs stands still, or until any of them goes on.
    func waitUntilFrozen(_ frozen: Bool) throws {
        try waitUntil(frozen ? "frozen" : "thawed") { try isFrozen() == frozen }
    }

    private func isFrozen() throws -> Bool {
        let groups = try Cgroup.all(named: "jobd-\(store)").flatMap { try $0.children() }
        let populated = try groups.filter { try $0.isPopulated() }
        if !populated.isEmpty { return try populated.allSatisfy { try $0.isFrozen() } }
        let own = try Set(processes())
        let entries = try ProcessTable.entries().filter { own.contains($0.id) }
        return !entries.isEmpty && entries.allSatisfy(\.isStopped)
    }
}
