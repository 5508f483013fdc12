import Jobs
import Testing

/// What people write of a job's start: masks, sizes, shares, bounds and names.
struct StartTextTests {
    @Test(
        "a umask is octal",
        arguments: [("0", 0), ("022", 0o22), ("27", 0o27), ("777", 0o777), ("00000077", 0o77)] as [(String, UInt32)])
    func mask(_ text: String, _ mask: UInt32) {
        #expect(FileMaskText.mask(text) == mask)
        #expect(FileMaskText.mask(FileMaskText.text(mask)) == mask)
    }

    @Test(
        "other texts are no umasks",
        arguments: ["", "8", "1000", "-1", "+2", "0o22", " 22", "22 ", "000000022", "٢٢", "u=rwx"])
    func noMask(text: String) {
        #expect(FileMaskText.mask(text) == nil)
    }

    @Test("a umask is written with three digits")
    func maskText() {
        #expect([0, 0o2, 0o22, 0o777].map(FileMaskText.text) == ["000", "002", "022", "777"])
    }

    @Test(
        "a size is a number and a unit in multiples of 1024",
        arguments: [
            ("0", 0), ("512", 512), ("7B", 7), ("1K", 1024), ("1KiB", 1024), ("2 GiB", 2 << 30), ("64M", 64 << 20),
            ("3MiB", 3 << 20), ("1T", 1 << 40), ("1TiB", 1 << 40), ("5G", 5 << 30), ("9223372036854775807", .max),
        ] as [(String, Int64)])
    func size(_ text: String, _ bytes: Int64) {
        #expect(ByteCount.bytes(text) == bytes)
    }

    @Test(
        "other texts are no sizes",
        arguments: [
            "", "K", "-1", "+1", "1.5G", "1 k", "1k", "1KB", "1 G B", "0x10", " 1", "1K ", "٣", "9223372036854775808",
            "9007199254740992K", "8388608T", "1e3",
        ])
    func noSize(text: String) {
        #expect(ByteCount.bytes(text) == nil)
    }

    @Test("processor time is percent of one processor")
    func percent() {
        #expect(["0%", "50%", "150%", "007%"].map(CPUQuota.percent) == [0, 50, 150, 7])
        for text in ["", "%", "50", "1.5%", "-1%", "+1%", "50 %", "50%%", "٥%", "99999999999999999999%"] {
            #expect(CPUQuota.percent(text) == nil, "\(text)")
        }
    }

    @Test(
        "a bound is one number for both, or the soft and the hard one, and is written as it is read",
        arguments: [
            ("0", 0, 0, "0"), ("1024", 1024, 1024, "1024"), ("1024:4096", 1024, 4096, "1024:4096"),
            ("5:5", 5, 5, "5"), ("unlimited", .max, .max, "unlimited"), ("0:unlimited", 0, .max, "0:unlimited"),
            ("unlimited:unlimited", .max, .max, "unlimited"),
        ] as [(String, UInt64, UInt64, String)])
    func bound(_ text: String, _ soft: UInt64, _ hard: UInt64, _ written: String) throws {
        let bound = try #require(ProcessLimits.Bound(text))
        #expect(bound.soft == soft && bound.hard == hard)
        #expect(bound.description == written)
        #expect(ProcessLimits.Bound(written) == bound)
    }

    @Test(
        "other texts are no bounds",
        arguments: [
            "", ":", "1:", ":1", "2:1", "unlimited:1", "-1", "1:2:3", "1 2", "many", "Unlimited", "1K", "+5",
            "18446744073709551616",
        ])
    func noBound(text: String) {
        #expect(ProcessLimits.Bound(text) == nil)
    }

    @Test("bounds are in a fixed order, and each resource has a name of its own")
    func order() {
        var limits = ProcessLimits()
        for resource in ProcessLimits.Resource.allCases.reversed() { limits.bounds[resource] = .init(1) }
        #expect(limits.ordered.map(\.resource) == ProcessLimits.Resource.allCases)
        #expect(Set(ProcessLimits.Resource.allCases.map(\.rawValue)).count == 11)
    }

    @Test("a property has the name of a property, and all after the first = is its value")
    func property() {
        for (text, name, value) in [
            ("ProtectHome=yes", "ProtectHome", "yes"), ("A=", "A", ""), ("Environment=A=B", "Environment", "A=B"),
            ("IO2= ä b", "IO2", " ä b"),
        ] {
            let property = UnitProperty(text)
            #expect(property?.name == name && property?.value == value)
            #expect(property?.description == text)
        }
        for text in [
            "", "A", "=x", "A B=x", "A-B=x", "A.B=x", "Ä=x", "A=x\ny", "A=\0", "A=\tb", "A=x\ry", "A=\u{1B}",
            "A=\u{2028}", " A=x",
        ] {
            #expect(UnitProperty(text) == nil, "\(text)")
        }
    }

    @Test("a secret's name is that of a file that is not hidden")
    func secretName() {
        for text in ["a", "A.b_c-9", "-", "_", "a..", String(repeating: "x", count: 64)] {
            #expect(SecretName(text)?.description == text)
        }
        for text in ["", ".", "..", ".a", "a/b", "a b", "a\n", "a\0", "ä", String(repeating: "x", count: 65)] {
            #expect(SecretName(text) == nil, "\(text)")
        }
    }

    @Test("a fingerprint is 32 small hexadecimal digits, and is read as it was written")
    func fingerprint() {
        let print = Fingerprint((0..<16).map { UInt8($0 * 16 + 15 - $0) })
        #expect(print.description == "0f1e2d3c4b5a69788796a5b4c3d2e1f0")
        #expect(Fingerprint(print.description) == print)
        let digits = String(repeating: "a", count: 32)
        #expect(Fingerprint(digits) != nil)
        for text in [
            "", digits + "a", String(digits.dropLast()), String(repeating: "A", count: 32),
            String(digits.dropLast()) + "g", String(repeating: "\u{FF11}", count: 10) + "aa",
        ] {
            #expect(Fingerprint(text) == nil, "\(text)")
        }
    }
}
