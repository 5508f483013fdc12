import Testing

@testable import Systemd

@Suite("Values of D-Bus")
struct BusValueTests {
    @Test(
        "each value has the signature of its type",
        arguments: [
            (BusValue.boolean(true), "b"), (.uint64(1), "t"), (.string("a"), "s"), (.strings([]), "as"),
            (.bytes([1]), "ay"), (.structure([.int32(2), .bytes([]), .uint32(8)]), "(iayu)"),
            (.array([.entry(.string("a"), .variant(.boolean(true)))], of: "{sv}"), "a{sv}"),
            (.variant(.strings(["a"])), "v"), (.entry(.string("a"), .variant(.byte(1))), "{sv}"),
        ])
    func signatures(_ value: BusValue, _ signature: String) {
        #expect(value.signatureText == signature)
    }

    @Test("a unit's object has letters, digits and _ in its name, and the code of every other character")
    func paths() {
        let base = "/org/freedesktop/systemd1/unit/"
        #expect(SystemdConnection.path(of: "jobd-ab-7-1.service") == base + "jobd_2dab_2d7_2d1_2eservice")
        #expect(SystemdConnection.path(of: "7a\t.service") == base + "_37a_09_2eservice")
    }
}
