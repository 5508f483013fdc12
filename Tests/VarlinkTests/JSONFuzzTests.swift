import Foundation
import SeededRandom
import Testing
import Varlink

/// Random and damaged documents, with another parser as the judge.
struct JSONFuzzTests {
    @Test("what is written is read back as the same value", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        for _ in 0..<5_000 {
            let value = RandomJSON.value(using: &generator)
            let bytes = value.serialized
            #expect(!bytes.contains(0))
            let again = try JSONValue(parsing: bytes)
            // Also when numbers of one value have two forms, the bytes are the same.
            #expect(again == value && again.serialized == bytes, "seed \(seed): \(value)")
        }
    }

    @Test(
        "damaged documents never crash, and what is taken is what another parser takes",
        arguments: [1, 2, 3, 4] as [UInt64])
    func mutations(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        var taken = 0
        for _ in 0..<15_000 {
            var bytes = Self.document(using: &generator)
            for _ in 0..<Int.random(in: 1...3, using: &generator) { Self.damage(&bytes, using: &generator) }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            taken += 1
            #expect(try JSONValue(parsing: value.serialized) == value, "seed \(seed): \(bytes)")
            let judge = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect(Self.isSame(value, judge), "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
        // Otherwise the damage is too much for the comparison to say anything.
        #expect(taken > 500)
    }

    @Test("what another parser refuses is refused", arguments: [5, 6] as [UInt64])
    func refusals(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        for _ in 0..<15_000 {
            var bytes = Self.document(using: &generator)
            Self.damage(&bytes, using: &generator)
            let judge = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            if judge == nil {
                #expect(throws: JSONSyntaxError.self, "seed \(seed): \(bytes)") { try JSONValue(parsing: bytes) }
            }
        }
    }

    private static let call = Array(
        #"{"method":"io.example.Jobs.Submit","parameters":{"jobs":[{"command":["sh","-c","echo \"\u00e9\""],"n":-1.5e3}]},"more":true}"#
            .utf8)

    private static func document(using generator: inout SeededRandom) -> [UInt8] {
        Bool.random(using: &generator) ? call : RandomJSON.value(using: &generator).serialized
    }

    private static func damage(_ bytes: inout [UInt8], using generator: inout SeededRandom) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let signs = Array(#"{}[]",:\u0123456789-+.eEtrufalsn "#.utf8) + [0, 0x0a, 0x80, 0xc3, 0xff]
        let sign = signs.randomElement(using: &generator) ?? 0
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] = sign
        case 1: bytes.insert(sign, at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 4: bytes.removeLast(bytes.count - place)
        default:
            let end = Int.random(in: place..<bytes.count, using: &generator)
            bytes.insert(contentsOf: bytes[place...end], at: Int.random(in: 0...bytes.count, using: &generator))
        }
    }

    private static func isSame(_ value: JSONValue, _ judge: Any) -> Bool {
        switch value {
        case .null: judge is NSNull
        case .bool(let value): judge as? Bool == value
        case .integer(let value): (judge as? NSNumber)?.int64Value == value
        case .unsigned(let value): (judge as? NSNumber)?.uint64Value == value
        case .double(let value): (judge as? NSNumber).map { isNear($0.doubleValue, value) } ?? false
        case .string(let value): judge as? String == value
        case .array(let values):
            (judge as? [Any]).map { $0.count == values.count && zip(values, $0).allSatisfy(isSame) } ?? false
        case .object(let object):
            (judge as? [String: Any]).map { judge in
                object.members.allSatisfy { member in judge[member.name].map { isSame(member.value, $0) } ?? false }
            } ?? false
        }
    }

    /// The judge reads numbers through decimals, which costs it the last bits.
    private static func isNear(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 16 * right.ulp
    }
}
