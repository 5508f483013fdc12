package import Kernel

/// The tree of control groups that the daemon may use, and the controllers in it that jobs' groups are to have.
///
/// A group that holds processes cannot give controllers to groups below it (the "no internal processes" rule of cgroup
/// v2). So a daemon that is in the top group itself makes a `supervisor` group below it and moves there.
package final class CgroupDelegation: Sendable {
    /// What systemd's `DelegateSubgroup=supervisor` makes as well (systemd 254).
    package static let supervisor = "supervisor"

    private let top: Cgroup
    private let home: Cgroup
    private let files: any ControlFiles
    private let hasMoved: Bool
    /// Those of the top group that were not enabled before.
    private let enabled: [Controller]

    private enum Controller: String, CaseIterable {
        case memory, cpu, pids, io
    }

    /// Gets as many controllers for the groups in `home` as the kernel gives.
    ///
    /// Each is asked for on its own, so that one that is refused does not keep the others away. Where none is to be had
    /// everything stays as it was.
    ///
    /// - Parameters:
    ///   - own: the group that the daemon is in.
    ///   - home: a group directly below the top one, which holds no process.
    ///   - earlier: what the program that this process was before has changed.
    package init(own: Cgroup, home: Cgroup, files: any ControlFiles, earlier: DetachedDelegation? = nil) {
        let top = home.parent
        self.top = top
        self.home = home
        self.files = files
        let available = Self.controllers(in: "cgroup.controllers", of: top, files)
        let mustMove = own == top && !available.isEmpty && !Self.isRoot(top, files)
        let canEnable = !available.isEmpty && (!mustMove || Self.move(to: top.child(Self.supervisor), files))
        guard canEnable else {
            (hasMoved, enabled) = (false, [])
            return
        }
        let before = Self.controllers(in: "cgroup.subtree_control", of: top, files)
        let given = available.filter { Self.enable($0, in: top, files) }
        for controller in given { _ = Self.enable(controller, in: home, files) }
        enabled = given.filter { !before.contains($0) || earlier?.enabled.contains($0.rawValue) == true }
        hasMoved = mustMove && !given.isEmpty || earlier?.hasMoved == true
        // Another process in the top group, such as the shell of who started the daemon, keeps controllers out of it.
        if mustMove, given.isEmpty { Self.moveBack(to: top, files) }
    }

    /// What is to be undone at the end.
    var detached: DetachedDelegation { DetachedDelegation(hasMoved: hasMoved, enabled: enabled.map(\.rawValue)) }

    /// Lets go of the controllers and goes back to where the daemon was.
    ///
    /// A service manager that finds controllers in a unit's group cannot start the unit in it again. The home must be
    /// gone, or empty.
    package func close() {
        for controller in enabled {
            // A home that is gone has none.
            try? files.write("-\(controller.rawValue)", to: "\(home.path)/cgroup.subtree_control")
            try? files.write("-\(controller.rawValue)", to: "\(top.path)/cgroup.subtree_control")
        }
        if hasMoved { Self.moveBack(to: top, files) }
    }

    /// In a fixed order.
    private static func controllers(in file: String, of group: Cgroup, _ files: any ControlFiles) -> [Controller] {
        let words = ((try? files.read("\(group.path)/\(file)")) ?? "").split { $0 == " " || $0 == "\n" }
        return Controller.allCases.filter { controller in words.contains { $0 == controller.rawValue } }
    }

    /// The rule does not hold for the root of the hierarchy, which alone has no type.
    private static func isRoot(_ group: Cgroup, _ files: any ControlFiles) -> Bool {
        (try? files.read("\(group.path)/cgroup.type")) == nil
    }

    private static func enable(_ controller: Controller, in group: Cgroup, _ files: any ControlFiles) -> Bool {
        (try? files.write("+\(controller.rawValue)", to: "\(group.path)/cgroup.subtree_control")) != nil
    }

    /// Moves this process, with all its threads.
    private static func move(to group: Cgroup, _ files: any ControlFiles) -> Bool {
        do {
            try group.make()
            try files.write("0", to: "\(group.path)/cgroup.procs")
            return true
        } catch {
            try? group.remove()
            return false
        }
    }

    private static func moveBack(to top: Cgroup, _ files: any ControlFiles) {
        try? files.write("0", to: "\(top.path)/cgroup.procs")
        try? top.child(supervisor).remove()
    }
}
