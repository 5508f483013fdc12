import JobStore
import Jobs

/// What belongs to a job beside its spec.
extension SQLiteJobTransaction {
    func attachments(of job: JobID) throws(JobStoreError) -> Attachments {
        let rows = try connection.statement("SELECT name, bytes FROM attachment WHERE job = ? ORDER BY name")
            .rows {
                $0.bind(job)
            } read: {
                (name: $0.text(0), bytes: $0.blob(1))
            }
        var attachments = Attachments()
        for row in rows {
            switch SQLiteAttachmentName(row.name) {
            case .input: attachments.input = row.bytes
            case .secret(let name): attachments.secrets[name] = row.bytes
            case nil: throw .damaged("an unknown attachment (\(row.name))")
            }
        }
        return attachments
    }

    func insert(_ attachments: Attachments, of job: JobID) throws(JobStoreError) {
        if let input = attachments.input { try insert(.input, input, of: job) }
        for (name, bytes) in attachments.secrets { try insert(.secret(name), bytes, of: job) }
    }

    private func insert(_ name: SQLiteAttachmentName, _ bytes: [UInt8], of job: JobID) throws(JobStoreError) {
        try connection.statement("INSERT INTO attachment (job, name, bytes) VALUES (?, ?, ?)")
            .run {
                $0.bind(job)
                $0.bind(name.text)
                $0.bind(bytes)
            }
    }
}

extension SQLiteQueries {
    static func hasSecrets(on connection: SQLiteConnection) throws(JobStoreError) -> Bool {
        let pattern = SQLiteAttachmentName.secretPrefix + "%"
        let found = try connection.statement("SELECT 1 FROM attachment WHERE name LIKE ? LIMIT 1")
            .first {
                $0.bind(pattern)
            } read: {
                $0.integer(0)
            }
        return found != nil
    }
}

/// What an attachment is, as it stands in the file.
private enum SQLiteAttachmentName {
    case input
    case secret(SecretName)

    static let secretPrefix = "secret "

    var text: String {
        switch self {
        case .input: "input"
        case .secret(let name): Self.secretPrefix + name.description
        }
    }

    init?(_ text: String) {
        if text == "input" {
            self = .input
        } else if text.hasPrefix(Self.secretPrefix),
            let name = SecretName(String(text.dropFirst(Self.secretPrefix.count)))
        {
            self = .secret(name)
        } else {
            return nil
        }
    }
}
