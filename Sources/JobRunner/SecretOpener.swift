package import Jobs
package import Kernel

/// Who can open what was sealed with the store's key.
package protocol SecretOpener: Sendable {
    /// The bytes of a secret.
    ///
    /// - Throws: `EBADMSG` where they were sealed with another key, for another name, or were changed.
    func open(_ sealed: [UInt8], of name: SecretName) throws(SystemError) -> [UInt8]
}
