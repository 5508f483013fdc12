import JobStore
import Jobs

/// What few jobs ask for: entries NAME=VALUE in one column of `spec`, so that a plain job does not pay for them.
///
/// The names are never changed and never used for something else.
enum SQLiteSpecOptions {
    /// `nil` for a plain job.
    static func bytes(of spec: JobSpec) -> [UInt8]? {
        var entries: [String] = []
        if case .at(let instant) = spec.start { entries.append("at=\(instant.nanoseconds)") }
        if let expires = spec.expires { entries.append("expires=\(expires.wholeNanoseconds)") }
        if spec.isHeld { entries.append("held=yes") }
        if let key = spec.key { entries += ["conflict=\(key.onConflict.rawValue)", "key=\(key.text)"] }
        if spec.slots != 1 { entries.append("slots=\(spec.slots)") }
        // The number first: a word may have any character.
        if !spec.needs.isEmpty { entries += spec.needs.map { "need=\($0.value) \($0.key)" }.sorted() }
        if !spec.limits.isEmpty { entries += spec.limits.map { "limit=\($0.value) \($0.key)" }.sorted() }
        append(spec.retry, to: &entries)
        SQLiteStartOptions.append(spec, to: &entries)
        return entries.isEmpty ? nil : SQLiteText.bytes(entries)
    }

    private static func append(_ retry: RetryRequest, to entries: inout [String]) {
        if let retries = retry.retries { entries.append("retries=\(retries)") }
        if let backoff = retry.backoff { entries.append("backoff=\(backoff.wholeNanoseconds)") }
        for code in retry.exitCodes.sorted() { entries.append("retry_on=\(code)") }
        for code in retry.successCodes.sorted() { entries.append("success=\(code)") }
        if let rule = retry.onInterrupt { entries.append("on_interrupt=\(rule.rawValue)") }
    }

    /// Adds what `bytes` wrote.
    static func read(_ bytes: [UInt8], into spec: inout JobSpec) throws(JobStoreError) {
        var conflict = UniqueKey.Conflict.existing
        for entry in SQLiteText.pairs(bytes) {
            switch entry.name {
            case "at": spec.start = .at(Timestamp(nanoseconds: try number(entry.value)))
            case "expires": spec.expires = .nanoseconds(try number(entry.value) as Int64)
            case "held": spec.isHeld = true
            case "conflict": conflict = try word(entry.value)
            case "key": spec.key = UniqueKey(entry.value, onConflict: conflict)
            case "slots": spec.slots = try number(entry.value)
            case "need": try readAmount(entry.value, into: &spec.needs)
            case "limit": try readAmount(entry.value, into: &spec.limits)
            case "retries": spec.retry.retries = try number(entry.value) as Int
            case "backoff": spec.retry.backoff = .nanoseconds(try number(entry.value) as Int64)
            case "retry_on": spec.retry.exitCodes.insert(try number(entry.value) as Int32)
            case "success": spec.retry.successCodes.insert(try number(entry.value) as Int32)
            case "on_interrupt": spec.retry.onInterrupt = try word(entry.value)
            default:
                guard try SQLiteStartOptions.read(entry.name, entry.value, into: &spec) else {
                    throw .damaged("an unknown option (\(entry.name))")
                }
            }
        }
    }

    /// The key among them, if there is one.
    static func key(_ bytes: [UInt8]) -> String? { SQLiteText.pairs(bytes).first { $0.name == "key" }?.value }

    static func number<Number: FixedWidthInteger>(_ text: some StringProtocol) throws(JobStoreError) -> Number {
        guard let number = Number(text, radix: 10) else { throw .damaged("an option that is no number (\(text))") }
        return number
    }

    static func word<Word: RawRepresentable<String>>(_ text: String) throws(JobStoreError) -> Word {
        guard let word = Word(rawValue: text) else { throw .damaged("an unknown option (\(text))") }
        return word
    }

    private static func readAmount(_ text: String, into amounts: inout [String: Int]) throws(JobStoreError) {
        let parts = try twoParts(text)
        amounts[parts.rest] = try number(parts.first)
    }

    /// Reads `FIRST REST`; the rest may have any character.
    static func twoParts(_ text: String) throws(JobStoreError) -> (first: Substring, rest: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .damaged("half an option (\(text))") }
        return (Substring(parts[0]), String(decoding: parts[1], as: UTF8.self))
    }
}
