import ArgumentParser
import Glibc
import JobClient
import Testing

@testable import jobctl

@Suite("Options of a job's environment")
struct EnvironmentOptionsTests {
    private static let own = ["A": "own", "B": "own", "C": "own", "D": "own"]

    private func options(_ arguments: [String]) throws -> EnvironmentOptions {
        try EnvironmentOptions.parse(arguments)
    }

    private func variables(ofFile text: String) throws -> [String: String] {
        var variables: [String: String] = [:]
        try TemporaryFile.with(Array(text.utf8)) { path in
            variables = try options(["--env-file", path]).variables(of: Self.own)
        }
        return variables
    }

    private func mistake(inFile bytes: [UInt8]) throws -> String? {
        var sentence: String?
        try TemporaryFile.with(bytes) { path in
            do {
                _ = try options(["--env-file", path]).variables(of: Self.own)
            } catch {
                sentence = "\(error)".replacing(path, with: "FILE")
            }
        }
        return sentence
    }

    @Test("what is said later holds: all of one's own, the files in their order, then --env")
    func order() throws {
        try TemporaryFile.with(Array("B=file\nC=file\nD=file\n".utf8)) { first in
            try TemporaryFile.with(Array("C=second\nD=second\n".utf8)) { second in
                let options = try options(["-E", "D=flag", "--env-file", first, "--env-file", second, "--env-all"])
                #expect(
                    try options.variables(of: Self.own)
                        == ["A": "own", "B": "file", "C": "second", "D": "flag"])
            }
        }
    }

    @Test("without flags a job gets none of one's own variables")
    func nothing() throws {
        #expect(try options([]).variables(of: Self.own).isEmpty)
        #expect(try options(["--env-all"]).variables(of: Self.own) == Self.own)
    }

    @Test("a file has a variable a line, with comments and empty lines between them")
    func file() throws {
        #expect(
            try variables(ofFile: "# one\nX=1\n\n   \n\t# two\n  Y= a b \nZ=\nW=a=b#c\nA\n\nV=last")
                == ["X": "1", "Y": " a b ", "Z": "", "W": "a=b#c", "A": "own", "V": "last"])
        #expect(try variables(ofFile: "").isEmpty)
    }

    @Test("a file with the line ends of other systems is read the same")
    func carriageReturns() throws {
        #expect(
            try variables(ofFile: "# one\r\nX=1\r\n\r\nA\r\nY=2\r\n") == ["X": "1", "A": "own", "Y": "2"])
    }

    @Test("a mistake in a file names the file and the line")
    func mistakes() throws {
        #expect(
            try mistake(inFile: Array("X=1\n# two\n=3\n".utf8))
                == "--env-file FILE, line 3: each line is NAME=VALUE or NAME, and a name has letters, digits and _ only."
        )
        #expect(
            try mistake(inFile: Array("X=1\n\nMISSING\n".utf8))
                == "--env-file FILE, line 3: that variable is not set here; give it as MISSING=VALUE.")
        #expect(
            try mistake(inFile: Array("X=1\r\n\r\nMISSING\r\n".utf8))
                == "--env-file FILE, line 3: that variable is not set here; give it as MISSING=VALUE.")
        #expect(
            try mistake(inFile: [0x58, 0x3D, 0xFF])
                == "--env-file FILE, line 1 is not UTF-8, which a job's environment must be.")
    }

    @Test("quotes around a whole value are not part of it")
    func quotes() throws {
        let text = "A=\"two words\"\nB='x'\nC=\"open\nD=\"\nE=a\"b\"\n"
        #expect(
            try variables(ofFile: text) == ["A": "two words", "B": "x", "C": "\"open", "D": "\"", "E": "a\"b\""])
    }

    @Test(
        "what is no list of variables is refused, and not shown",
        arguments: ["root:x:0:0\n", "export A=1\n", "A = b\n", "1A=b"])
    func noVariables(text: String) throws {
        #expect(
            try mistake(inFile: Array(text.utf8))
                == "--env-file FILE, line 1: each line is NAME=VALUE or NAME, and a name has letters, digits and _ only."
        )
    }

    @Test("a sign or a quote that is one character with what follows it is still one")
    func combining() throws {
        #expect(
            try variables(ofFile: "A=\u{301}x\nB=\"\u{301}y\"\n") == ["A": "\u{301}x", "B": "\u{301}y"])
        #expect(try options(["-E", "A=\u{301}b=c"]).variables(of: [:]) == ["A": "\u{301}b=c"])
    }

    @Test("a file that is not there is named")
    func missing() throws {
        let options = try options(["--env-file", "/nonexistent"])
        let failure = #expect(throws: Failure.self) { try options.variables(of: [:]) }
        let sentence = "--env-file: /nonexistent cannot be read: No such file or directory"
        #expect(failure == Failure(2, sentence))
        #expect(failure.map(Jobctl.failure) == Failure(2, sentence))
    }

    @Test("a file that can be read but once, such as a pipe, is not lost between the check and the submit")
    func readOnce() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        try #require(write(ends[1], "X=1\n", 4) == 4)
        close(ends[1])
        defer { close(ends[0]) }
        let command = try #require(
            try Jobctl.parseAsRoot(["add", "--env-file", "/proc/self/fd/\(ends[0])", "make", "all"]) as? AddCommand)
        #expect(try command.job.environment.variables() == ["X": "1"])
    }
}
