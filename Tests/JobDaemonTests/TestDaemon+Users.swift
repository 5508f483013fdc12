import Glibc
import JobProtocol
import Jobs
import Kernel
import Testing
import Varlink

/// Requests of other users: for tests that are root.
extension TestDaemon {
    /// Calls jobd from a process of that user, with the plainest client there is.
    ///
    /// - Returns: the whole reply.
    func call(
        as user: UInt32, groups: [UInt32] = [], _ method: String, _ parameters: String
    ) throws -> JSONObject {
        chmod(folder, 0o755)
        let script = """
            import os, socket, sys
            os.setgroups(\(groups)); os.setgid(\(user)); os.setuid(\(user))
            s = socket.socket(socket.AF_UNIX); s.connect("\(socket)")
            s.sendall(b'{"method": "\(method)", "parameters": ' + sys.argv[1].encode() + b'}\\0')
            data = b""
            while not data.endswith(b"\\0"): data += s.recv(65536)
            sys.stderr.write(data[:-1].decode())
            """
        let answer = "\(folder)/answer"
        unlink(answer)
        let process = try TestProgram.start(["python3", "-c", script, parameters], environment: [], errors: answer)
        #expect(try TestProgram.waitForExit(of: process, within: Self.patience) == 0)
        return try #require(try JSONValue(parsing: FileContent.read(answer)).objectValue)
    }

    /// Submits a shell's text, as a user and perhaps for another one.
    ///
    /// - Parameter more: further parameters of the job.
    func submit(
        as user: UInt32, groups: [UInt32] = [], for other: String? = nil, _ text: String, _ more: JSONObject = [:]
    ) throws -> Result<JobID, VarlinkError> {
        var job: JSONObject = ["command": ["sh", "-c", .string(text)], "directory": "/"]
        for member in more.members { job[member.name] = member.value }
        var call: JSONObject = ["jobs": [.object(job)]]
        call.append("user", other.map { .string($0) })
        let reply = try self.call(as: user, groups: groups, SubmitCall.method, JSONValue.object(call).description)
        let parameters = try #require(reply["parameters"]?.objectValue)
        if let error = reply["error"]?.stringValue { return .failure(VarlinkError(error, parameters)) }
        return .success(try SubmitCall.Answer(parameters).jobs[0].get().id)
    }
}
