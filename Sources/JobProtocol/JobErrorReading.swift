import Jobs
package import Varlink

extension JobError {
    /// The error that a reply names; `nil` for one that is not of these interfaces.
    package init?(_ error: VarlinkError) {
        let fields = ErrorFields(error.parameters)
        guard let plain = Self.plain(error.name, fields) else { return nil }
        if let index = fields.index { self = .ofJob(index: index, plain) } else { self = plain }
    }

    private static func plain(_ name: String, _ fields: ErrorFields) -> JobError? {
        switch name {
        case "io.jobd.Jobs.NoSuchJob": .noSuchJob(fields.id)
        case "io.jobd.Jobs.NoSuchAttempt": .noSuchAttempt(fields.id, attempt: fields.number("attempt"))
        case "io.jobd.Jobs.NoSuchQueue": .noSuchQueue(fields.text("queue"), known: fields.texts("known"))
        case "io.jobd.Jobs.InvalidJob": .invalidJob(field: fields.text("field"), reason: fields.text("reason"))
        case "io.jobd.Jobs.TokenTaken":
            .tokenTaken(token: fields.text("token"), job: fields.otherJob)
        case "io.jobd.Jobs.KeyTaken":
            .keyTaken(key: fields.text("key"), job: fields.otherJob, state: fields.text("state"))
        case "io.jobd.Jobs.NoSuchDependency": .noSuchDependency(fields.id)
        case "io.jobd.Jobs.NoSuchResource": .noSuchResource(fields.text("resource"), known: fields.texts("known"))
        case "io.jobd.Jobs.TooMuch":
            .tooMuch(
                resource: fields.text("resource"), amount: fields.number("amount"), capacity: fields.number("capacity"))
        case "io.jobd.Jobs.TooManySlots": .tooManySlots(fields.number("slots"), workers: fields.number("workers"))
        case "io.jobd.Queues.InvalidSetting": .invalidSetting(fields.text("setting"), reason: fields.text("reason"))
        case "io.jobd.Daemon.InvalidConfiguration": .invalidConfiguration(fields.texts("problems"))
        case "io.jobd.Jobs.NoSpace":
            .noSpace(
                folder: fields.text("folder"), free: Int64(fields.number("free")),
                needed: Int64(fields.number("needed")))
        case "io.jobd.Jobs.ShuttingDown": .shuttingDown
        case "io.jobd.Jobs.OutcomeUnknown": .outcomeUnknown(fields.text("reason"))
        case "io.jobd.Jobs.StorageFailed": .storageFailed(fields.text("reason"))
        default: nil
        }
    }
}

/// What describes an error; a field that is not there is empty, so that the error stays what it is.
private struct ErrorFields {
    private let parameters: JSONObject

    init(_ parameters: JSONObject) {
        self.parameters = parameters
    }

    var id: JobID { JobID(rawValue: parameters["id"]?.integerValue ?? 0) }
    /// A job that need not be there.
    var otherJob: JobID? { id.rawValue == 0 ? nil : id }
    var index: Int? { parameters["index"]?.integerValue.map { Int($0) } }

    func text(_ name: String) -> String { parameters[name]?.stringValue ?? "" }
    func number(_ name: String) -> Int { Int(parameters[name]?.integerValue ?? 0) }
    func texts(_ name: String) -> [String] { parameters[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }
}

extension JobError {
    /// What a bad value in a submit or an edit is called: with the place of the job where it is about one.
    package init(_ error: ParameterError) {
        let plain = JobError.invalidJob(field: error.path, reason: error.problem)
        let prefix = "jobs["
        let digits = error.path.dropFirst(prefix.count).prefix { $0 != "]" }
        guard error.path.hasPrefix(prefix), let index = Int(digits) else {
            self = plain
            return
        }
        self = .ofJob(index: index, plain)
    }
}
