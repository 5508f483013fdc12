/// What belongs to a job and is kept apart from its spec, because it may be large or must not be shown.
///
/// The spec has the fingerprint of each.
package struct Attachments: Hashable, Sendable {
    /// What the job reads from its stdin.
    package var input: [UInt8]?
    /// Sealed with the store's key: nothing but the start of an attempt opens them.
    package var secrets: [SecretName: [UInt8]]

    package init(input: [UInt8]? = nil, secrets: [SecretName: [UInt8]] = [:]) {
        self.input = input
        self.secrets = secrets
    }

    package var isEmpty: Bool { input == nil && secrets.isEmpty }
}
