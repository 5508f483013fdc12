import Jobs
import Systemd
import Testing

@testable import JobRunner

@Suite("Properties of units")
struct UnitPropertyTests {
    private static func convert(_ text: String, allowing widening: Bool = true) throws -> [SystemdConnection.Property] {
        try UnitProperties.converted(try #require(UnitProperty(text)), allowing: widening)
    }

    @Test(
        "a text becomes the value that systemd's API takes",
        arguments: [
            ("PrivateTmp=yes", "PrivateTmp", BusValue.boolean(true)),
            ("PrivateTmp=Off", "PrivateTmp", .boolean(false)),
            ("ProtectHome=tmpfs", "ProtectHome", .string("tmpfs")),
            ("ProtectHome=true", "ProtectHome", .string("true")),
            ("MemoryMax=4G", "MemoryMax", .uint64(4 << 30)),
            ("MemoryMax=1000", "MemoryMax", .uint64(1000)),
            ("MemoryMax=infinity", "MemoryMax", .uint64(.max)),
            ("MemoryMax=100%", "MemoryMaxScale", .uint32(.max)),
            ("TasksMax=12", "TasksMax", .uint64(12)),
            ("TasksMax=0%", "TasksMaxScale", .uint32(0)),
            ("CPUQuota=150%", "CPUQuotaPerSecUSec", .uint64(1_500_000)),
            ("CPUWeight=idle", "CPUWeight", .uint64(0)),
            ("RuntimeMaxSec=1min 30s", "RuntimeMaxUSec", .uint64(90_000_000)),
            ("RuntimeMaxSec=90", "RuntimeMaxUSec", .uint64(90_000_000)),
            ("RuntimeMaxSec=infinity", "RuntimeMaxUSec", .uint64(.max)),
            ("TimerSlackNSec=50us", "TimerSlackNSec", .uint64(50_000)),
            ("TimerSlackNSec=7", "TimerSlackNSec", .uint64(7)),
            ("UMask=0077", "UMask", .uint32(0o77)),
            ("OOMScoreAdjust=-500", "OOMScoreAdjust", .int32(-500)),
            ("IOSchedulingClass=idle", "IOSchedulingClass", .int32(3)),
            ("SystemCallErrorNumber=EPERM", "SystemCallErrorNumber", .int32(1)),
            (#"ReadOnlyPaths=/etc "/a b" '/c d' /e\ f"#, "ReadOnlyPaths", .strings(["/etc", "/a b", "/c d", "/e f"])),
            ("ReadOnlyPaths=", "ReadOnlyPaths", .strings([])),
            ("SystemCallFilter=~@mount reboot", "SystemCallFilter", filter(false, ["@mount", "reboot"])),
            ("RestrictAddressFamilies=AF_UNIX", "RestrictAddressFamilies", filter(true, ["AF_UNIX"])),
            ("CapabilityBoundingSet=CAP_CHOWN cap_kill", "CapabilityBoundingSet", .uint64(0b10_0001)),
            ("CapabilityBoundingSet=~CAP_CHOWN", "CapabilityBoundingSet", .uint64(.max - 1)),
            ("RestrictNamespaces=yes", "RestrictNamespaces", .uint64(0)),
            ("RestrictNamespaces=no", "RestrictNamespaces", .uint64(0x7E02_0000)),
            ("RestrictNamespaces=net pid", "RestrictNamespaces", .uint64(0x6000_0000)),
            ("RestrictNamespaces=~net", "RestrictNamespaces", .uint64(0x3E02_0000)),
            ("CPUAffinity=0-2 8,9", "CPUAffinity", .bytes([0b111, 0b11])),
            ("DeviceAllow=/dev/null rw", "DeviceAllow", pairs([("/dev/null", "rw")])),
            ("LoadCredential=id:/etc/id", "LoadCredential", pairs([("id", "/etc/id")])),
            ("LoadCredential=id", "LoadCredential", pairs([("id", "id")])),
            ("TemporaryFileSystem=/a:ro /b", "TemporaryFileSystem", pairs([("/a", "ro"), ("/b", "")])),
        ])
    func conversion(_ text: String, _ name: String, _ value: BusValue) throws {
        #expect(try Self.convert(text) == [SystemdConnection.Property(name, value)])
    }

    private static func filter(_ allows: Bool, _ words: [String]) -> BusValue {
        .structure([.boolean(allows), .strings(words)])
    }

    private static func pairs(_ pairs: [(String, String)]) -> BusValue {
        .array(pairs.map { .structure([.string($0.0), .string($0.1)]) }, of: "(ss)")
    }

    @Test("networks are families, addresses and lengths; a word can stand for several")
    func addresses() throws {
        let any = try Self.convert("IPAddressDeny=any")
        let zeros = [UInt8](repeating: 0, count: 16)
        #expect(
            any == [
                SystemdConnection.Property(
                    "IPAddressDeny",
                    .array(
                        [
                            .structure([.int32(2), .bytes(zeros[..<4]), .uint32(0)]),
                            .structure([.int32(10), .bytes(zeros), .uint32(0)]),
                        ], of: "(iayu)"))
            ])
        let one = try #require(try Self.convert("IPAddressAllow=10.1.0.0/16 192.0.2.7").first?.value.elements)
        #expect(one[0] == .structure([.int32(2), .bytes([10, 1, 0, 0]), .uint32(16)]))
        #expect(one[1] == .structure([.int32(2), .bytes([192, 0, 2, 7]), .uint32(32)]))
    }

    @Test("a limit of each process is its hard bound, and then its soft one")
    func limits() throws {
        #expect(
            try Self.convert("LimitNOFILE=100:200") == [
                SystemdConnection.Property("LimitNOFILE", .uint64(200)),
                SystemdConnection.Property("LimitNOFILESoft", .uint64(100)),
            ])
        #expect(try Self.convert("LimitFSIZE=1K").map(\.value) == [.uint64(1024), .uint64(1024)])
        #expect(try Self.convert("LimitCPU=1500ms").map(\.value) == [.uint64(2), .uint64(2)])
        #expect(try Self.convert("LimitAS=infinity").map(\.value) == [.uint64(.max), .uint64(.max)])
    }

    @Test(
        "what is wrong with a property is said without asking systemd",
        arguments: [
            "ProtectHme=yes", "protecthome=yes", "PrivateTmp=maybe", "ProtectHome=perhaps", "MemoryMax=much",
            "MemoryMax=101%", "MemoryMax=-1", "MemoryMax=99999999E", "CPUQuota=5", "CPUWeight=0", "Nice=20",
            "RuntimeMaxSec=soon", "UMask=9", "ReadOnlyPaths='/open", "IPAddressDeny=1.2.3", "IPAddressDeny=1.2.3.4/33",
            "CapabilityBoundingSet=CAP_NOTHING", "RestrictNamespaces=sky", "CPUAffinity=3-1", "CPUAffinity=99999999",
            "LimitNOFILE=2:1", "SystemCallErrorNumber=0", "DeviceAllow=a b c", "BindPaths=/a:/b:rx",
            "ExecStart=/bin/true", "User=root", "StandardOutput=file:/etc/passwd", "Type=oneshot", "ExecStartPre=true",
        ])
    func wrong(_ text: String) throws {
        let property = try #require(UnitProperty(text))
        let reason = try #require(UnitProperties.check(property, allowing: true))
        #expect(reason.hasPrefix("\(property.name): "))
    }

    @Test("who may only restrict is refused what gives more, or takes from others")
    func widening() throws {
        let wishes = [
            "AmbientCapabilities=CAP_KILL", "MemoryMax=1G", "BindPaths=/a:/b", "LimitNOFILE=9", "Nice=-3",
            "ExecPaths=/tmp", "ProcSubset=pid", "ProtectProc=noaccess", "PrivateIPC=yes", "IPAddressAllow=any",
            "DeviceAllow=/dev/null rw", "LogNamespace=mine", "EnvironmentFile=/etc/shadow", "RootImage=/a",
            "LoadCredential=id:/etc/shadow",
        ]
        for text in wishes {
            let property = try #require(UnitProperty(text))
            #expect(UnitProperties.check(property, allowing: true) == nil)
            #expect(UnitProperties.check(property, allowing: false)?.contains("only root's jobs") == true)
        }
        for text in ["ProtectHome=yes", "PrivateNetwork=yes", "IPAddressDeny=any", "SystemCallFilter=@system-service"] {
            #expect(UnitProperties.check(try #require(UnitProperty(text)), allowing: false) == nil)
        }
    }

    @Test(
        "a property is one line: what systemd would read as a line of its own is none",
        arguments: ["\n", "\r", "\r\n", "\u{0}", "\t", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}", "\u{2029}"])
    func lines(_ character: String) {
        #expect(UnitProperty("RestrictFileSystems=ext4\(character)ExecStopPost=+/bin/true") == nil)
        #expect(UnitProperty("InaccessiblePaths=\(character)") == nil)
        #expect(UnitProperty("RestrictFileSystems=ext4 ÄΩ€\u{1F600}") != nil)
    }

    @Test("ranges of processors are joined, however many there are and whatever they share")
    func processors() throws {
        let all = [UInt8](repeating: 0xFF, count: 1024)
        let many = Array(repeating: "0-8191", count: 500).joined(separator: ",")
        #expect(try UnitSets.processors(many) == all)
        #expect(try UnitSets.processors("8191").count == 1024)
        #expect(try UnitSets.processors("0-3,2-9 16") == [0xFF, 0b11, 1])
        #expect(try UnitSets.processors("") == [])
        #expect(throws: UnitProperties.Refusal.self) { try UnitSets.processors("0-8192") }
    }

    @Test("no name is in two tables, and those that end with Sec are times")
    func tables() {
        let restricting = Set(UnitPropertyTable.restricting.keys)
        let widening = Set(UnitPropertyTable.widening.keys)
        let reserved = Set(UnitPropertyTable.reserved.keys)
        #expect(restricting.isDisjoint(with: widening))
        #expect(reserved.isDisjoint(with: restricting.union(widening)))
        let all = UnitPropertyTable.restricting.merging(UnitPropertyTable.widening) { $1 }
        for (name, kind) in all where kind == .time { #expect(name.hasSuffix("Sec")) }
    }
}
