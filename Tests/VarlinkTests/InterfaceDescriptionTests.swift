import Testing
import Varlink

/// The definition language.
struct InterfaceDescriptionTests {
    static let text = """
        # Looks after things.
        # In two lines.
        interface org.example.more-things

        # What a thing is.
        type Thing (
            name: string,
            size: ?int,     # in bytes
            tags: []string,
            labels: [string]string,
            place: (shelf: int, box: ?(colour: (red, green))),
            state: State,
            parts: ?[]Thing,
            weights: [string]?[]float,
            any: object,
            on: bool
        )
        type State (in_use, idle)
        type Nothing ()

        # Left alone, this says nothing about what follows.

        method Get(name: string) -> (thing: Thing)
        # Gives them all.
        method List() -> (things: []Thing)
        error NotFound (name: string)
        error Full()
        """

    @Test("a definition gives its name, its comments and its declarations in order")
    func reads() throws {
        let description = try InterfaceDescription(Self.text)
        #expect(description.name == "org.example.more-things")
        #expect(description.documentation == "Looks after things.\nIn two lines.")
        #expect(description.text == Self.text)
        #expect(description.methodNames == ["Get", "List"])
        #expect(description.errorNames == ["NotFound", "Full"])
        #expect(
            description.declarations.map(\.name) == ["Thing", "State", "Nothing", "Get", "List", "NotFound", "Full"])
        #expect(description.declarations[0].documentation == "What a thing is.")
        #expect(description.declarations[3].documentation == "")
        #expect(description.declarations[4].documentation == "Gives them all.")
    }

    @Test("a name may be short, and a definition empty", arguments: ["interface a.b", "interface a.b.c-d.e9\n#end"])
    func names(text: String) throws {
        #expect(try InterfaceDescription(text).declarations.isEmpty)
    }

    static let faults: [(String, Int)] = [
        ("", 1), ("# only\n", 2), ("method A() -> ()", 1), ("interface", 1), ("interface things", 1),
        ("interface a..b", 1), ("interface a.", 1), ("interface .a", 1), ("interface 1a.b", 1), ("interface a.-b", 1),
        ("interface a.b-", 1), ("interface a.b_c", 1),
        ("interface a.b\nmethod get() -> ()", 2), ("interface a.b\nmethod Get_It() -> ()", 2),
        ("interface a.b\nmethod Get()", 2), ("interface a.b\nmethod Get() - ()", 2),
        ("interface a.b\nmethod Get -> ()", 2),
        ("interface a.b\nmethod Get(a) -> ()", 2), ("interface a.b\nmethod Get(a, b) -> ()", 2),
        ("interface a.b\nerror E (a)", 2), ("interface a.b\nerror E", 2),
        ("interface a.b\nmethod A() -> ()\nmethod A() -> ()", 3), ("interface a.b\ntype A (x: int)\nerror A ()", 3),
        ("interface a.b\ntype A (dead-letter: int)", 2), ("interface a.b\ntype A (_a: int)", 2),
        ("interface a.b\ntype A (a_: int)", 2), ("interface a.b\ntype A (a__b: int)", 2),
        ("interface a.b\ntype A (9: int)", 2), ("interface a.b\ntype A (a: int, a: int)", 2),
        ("interface a.b\ntype A (a: int,)", 2), ("interface a.b\ntype A (a: int b: int)", 2),
        ("interface a.b\ntype A (a: ??int)", 2), ("interface a.b\ntype A (a: number)", 2),
        ("interface a.b\ntype A (a: [int]string)", 2), ("interface a.b\ntype A (a: any)", 2),
        ("interface a.b\ntype A (a:\nMissing)", 3), ("interface a.b\ntype A (a: int", 2),
        ("interface a.b\ntype A (dead-letter, x)", 2), ("interface a.b\nthing A ()", 2), ("interface a.b\n\n;", 3),
        ("interface a.b\nmethod A(e: E) -> ()\nerror E ()", 2),
    ]

    @Test("what breaks the rules is refused, and the error says in which line", arguments: faults)
    func refuses(text: String, line: Int) throws {
        let error = try #require(throws: InterfaceSyntaxError.self) { try InterfaceDescription(text) }
        #expect(error.line == line, "\(error)")
    }

    @Test("an error says what was expected and what was found")
    func sentence() throws {
        let error = try #require(throws: InterfaceSyntaxError.self) {
            try InterfaceDescription("interface a.b\nmethod Get() => ()")
        }
        #expect(error.description == "line 2: this character has no meaning here")
        let other = try #require(throws: InterfaceSyntaxError.self) {
            try InterfaceDescription("interface a.b\nmethod Get(a: int) (b: int)")
        }
        #expect(other.description == "line 2: expected ->, found (")
    }
}
