import SeededRandom
import Varlink

/// Random documents of all kinds of values.
enum RandomJSON {
    static func value(using generator: inout SeededRandom, depth: Int = 0) -> JSONValue {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64.random(in: -1000...1000, using: &generator))
        case 3: return .integer(Int64(truncatingIfNeeded: generator.next()))
        case 4: return JSONValue(generator.next())
        case 5: return .double(double(using: &generator))
        case 6: return .string(string(using: &generator))
        case 7: return .array((0..<size(using: &generator)).map { _ in value(using: &generator, depth: depth + 1) })
        default: return .object(object(using: &generator, depth: depth + 1))
        }
    }

    static func string(using generator: inout SeededRandom) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<size(using: &generator) * 3 {
            let highest = [0x20, 0x7f, 0x7f, 0x7f, 0xffff, 0x10ffff].randomElement(using: &generator) ?? 0
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...UInt32(highest), using: &generator)) {
                scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    private static func object(using generator: inout SeededRandom, depth: Int) -> JSONObject {
        var object = JSONObject()
        for index in 0..<size(using: &generator) {
            object.append("\(index)" + string(using: &generator), value(using: &generator, depth: depth))
        }
        return object
    }

    private static func double(using generator: inout SeededRandom) -> Double {
        let value = Double(bitPattern: generator.next())
        return value.isFinite ? value : 0.5
    }

    private static func size(using generator: inout SeededRandom) -> Int {
        Int.random(in: 0..<6, using: &generator)
    }
}
