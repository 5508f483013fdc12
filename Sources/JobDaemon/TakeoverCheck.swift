import JobStoreSQLite
import Kernel

/// The trial before a takeover: the new program is asked whether it could go on with what the old one would leave.
enum TakeoverCheck {
    /// What the new program is started with, beside the options of the old one: the format of the document and the
    /// schema of the store.
    static let option = "--check-takeover"

    static var question: String { "\(Takeover.format):\(SQLiteJobStore.schemaVersion)" }

    /// What it says where it can.
    static let consent = "takes over"

    private static let patience = Duration.seconds(20)

    /// Why this program could not go on; `nil` where it could.
    static func objection(to question: String) -> String? {
        let numbers = question.split(separator: ":").map { Int($0) }
        guard numbers.count == 2, let format = numbers[0], let schema = numbers[1] else {
            return "the jobd that runs asks for a takeover in words that this one does not know: \(question)"
        }
        guard format == Takeover.format else {
            return "the jobd that runs hands over in format \(format), and this one takes over in \(Takeover.format)"
        }
        guard schema <= SQLiteJobStore.schemaVersion else {
            return "the store has schema \(schema), and this jobd knows up to \(SQLiteJobStore.schemaVersion)"
        }
        return nil
    }

    /// Asks a program.
    ///
    /// - Returns: why it cannot take over; `nil` where it can.
    static func ask(_ program: DaemonProgram) -> String? {
        do {
            let answer = try ProgramOutput(
                of: program.path, program.arguments + ["\(option)=\(question)"], until: .now + patience)
            if answer.output.split(separator: "\n").contains(where: { $0 == consent }) { return nil }
            let words = answer.errors.isEmpty ? "it says nothing" : "it says: \(answer.errors.prefix(2000))"
            return "\(program.path) cannot take over; \(words)"
        } catch {
            return "\(program.path) cannot be run: \(error)"
        }
    }
}
