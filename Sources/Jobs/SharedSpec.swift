/// A spec that all copies of a job hold in common.
///
/// A spec is large, and a job is handed on dozens of times on its way through a transaction: each time this costs one
/// count of references instead of a copy of all that the spec says. It never changes: who edits a spec makes another.
package final class SharedSpec: Hashable, Sendable {
    package let spec: JobSpec

    package init(_ spec: JobSpec) { self.spec = spec }

    package static func == (left: SharedSpec, right: SharedSpec) -> Bool { left === right || left.spec == right.spec }

    package func hash(into hasher: inout Hasher) { hasher.combine(spec) }
}
