import CSodium
import Glibc
import JobRunner
package import Jobs
package import Kernel

/// The key of a store: seals what must not stand in the store in clear, and tells equal bytes without telling them.
///
/// XChaCha20-Poly1305 with a random nonce and the name as additional data; keyed BLAKE2b for fingerprints; a key for
/// each of both, derived from one that is kept in a file beside the store (libsodium's `crypto_kdf`).
package struct StoreKey: SecretOpener {
    private let sealing: [UInt8]
    private let fingerprinting: [UInt8]

    /// Reads the key, or makes one where the file is not there.
    ///
    /// - Parameter mayMake: whether a new one will do; not where the store has secrets that the old one sealed.
    /// - Throws: `EINVAL` where the file is no key, and what the system says of a file that cannot be read or made.
    package init(path: String, mayMake: Bool = true) throws(SystemError) {
        try self.init(master: Self.master(path, mayMake: mayMake))
    }

    private init(master: [UInt8]) throws(SystemError) {
        sealing = try Self.derive(1, from: master, count: Self.sealingKeyLength)
        fingerprinting = try Self.derive(2, from: master, count: Self.fingerprintKeyLength)
    }

    private static let masterLength = 32
    private static let sealingKeyLength = 32
    private static let fingerprintKeyLength = 32
    private static let nonceLength = 24
    private static let tagLength = 16

    // MARK: Sealing

    /// The bytes of a secret, so that only this key opens them again, and only under this name.
    package func seal(_ bytes: [UInt8], of name: SecretName) -> [UInt8] {
        var nonce = [UInt8](repeating: 0, count: Self.nonceLength)
        unsafe randombytes_buf(&nonce, nonce.count)
        var sealed = [UInt8](repeating: 0, count: bytes.count + Self.tagLength)
        let context = Array(name.description.utf8)
        // It cannot fail: the lengths are right (libsodium's documentation).
        _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
            &sealed, nil, bytes, UInt64(bytes.count), context, UInt64(context.count), nil, nonce, sealing)
        return nonce + sealed
    }

    package func open(_ sealed: [UInt8], of name: SecretName) throws(SystemError) -> [UInt8] {
        guard sealed.count >= Self.nonceLength + Self.tagLength else { throw Self.damaged(name) }
        let text = Array(sealed[Self.nonceLength...])
        var bytes = [UInt8](repeating: 0, count: text.count - Self.tagLength)
        let context = Array(name.description.utf8)
        let code = unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
            &bytes, nil, nil, text, UInt64(text.count), context, UInt64(context.count), sealed, sealing)
        guard code == 0 else { throw Self.damaged(name) }
        return bytes
    }

    private static func damaged(_ name: SecretName) -> SystemError {
        SystemError(call: "open the secret \(name)", code: EBADMSG)
    }

    // MARK: Fingerprints

    /// What identifies what a job reads from its stdin.
    package func fingerprint(ofInput bytes: [UInt8]) -> Fingerprint { fingerprint(bytes, purpose: "input") }

    /// What identifies a secret.
    package func fingerprint(of bytes: [UInt8], named name: SecretName) -> Fingerprint {
        fingerprint(bytes, purpose: "secret \(name)")
    }

    private func fingerprint(_ bytes: [UInt8], purpose: String) -> Fingerprint {
        var print = [UInt8](repeating: 0, count: Fingerprint.length)
        // No purpose has a NUL, so that no two of them with their bytes are the same.
        let text = Array(purpose.utf8) + [0] + bytes
        _ = unsafe crypto_generichash(
            &print, print.count, text, UInt64(text.count), fingerprinting, fingerprinting.count)
        return Fingerprint(print)
    }

    // MARK: The key

    private static func derive(_ number: UInt64, from master: [UInt8], count: Int) throws(SystemError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: count)
        guard unsafe crypto_kdf_derive_from_key(&key, count, number, "jobdkeys", master) == 0 else {
            throw SystemError(call: "derive a key", code: EINVAL)
        }
        return key
    }

    private static func master(_ path: String, mayMake: Bool) throws(SystemError) -> [UInt8] {
        guard sodium_init() >= 0 else { throw SystemError(call: "start libsodium", code: ENOSYS) }
        do throws(SystemError) {
            let key = try FileContent.read(path, limit: masterLength + 1)
            guard key.count == masterLength else { throw SystemError(call: "read the key \(path)", code: EINVAL) }
            return key
        } catch {
            if error.code == EFBIG { throw SystemError(call: "read the key \(path)", code: EINVAL) }
            guard error.code == ENOENT, mayMake else { throw error }
        }
        var key = [UInt8](repeating: 0, count: masterLength)
        unsafe randombytes_buf(&key, key.count)
        try write(key, to: path)
        return key
    }

    /// Durable before it is used: what it sealed would be lost with it.
    private static func write(_ key: [UInt8], to path: String) throws(SystemError) {
        let draft = path + ".new"
        // What a crash left of an earlier try is not trusted.
        unsafe unlink(draft)
        let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.write(all: key)
        try systemCall("fsync \(draft)") { fsync(file.rawValue) }
        try systemCall("rename \(draft)") { unsafe rename(draft, path) }
        let folder = try Descriptor.open(
            String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), O_RDONLY | O_DIRECTORY)
        try systemCall("fsync \(path)'s folder") { fsync(folder.rawValue) }
    }
}
