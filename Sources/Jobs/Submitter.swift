/// Whose job it is: what the kernel said of the one who submitted it.
package struct Submitter: Hashable, Sendable {
    package let user: UInt32
    package let group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}
