/// Whose job it is: what the kernel said of the one who submitted it.
package struct Submitter: Hashable, Sendable {
    package let user: UInt32
    package let group: UInt32
    /// The user's name at the submit, where it had one: an account that has another one now is another's.
    package let name: String?

    package init(user: UInt32, group: UInt32, name: String? = nil) {
        self.user = user
        self.group = group
        self.name = name
    }
}
