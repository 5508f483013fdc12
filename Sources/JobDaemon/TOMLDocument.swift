import CTOML

/// A table or value of a TOML document.
struct TOMLNode: Hashable {
    enum Value: Hashable {
        case table
        case string(String)
        case integer(Int64)
        case boolean(Bool)
        /// An array, a float, a date: nothing that we take.
        case other
    }

    /// The keys from the root; an element of an array is `[0]`.
    let path: [String]
    let line: Int
    let value: Value
}

/// Why a text is not TOML.
struct TOMLSyntaxError: Error, Hashable {
    let line: Int
    let message: String
}

/// A TOML document as a list of nodes in the order of the text: a thin layer over toml++.
enum TOMLDocument {
    /// What the callbacks fill.
    private final class Collector {
        var nodes: [TOMLNode] = []
        var error: TOMLSyntaxError?
    }

    static func nodes(of text: [UInt8]) throws(TOMLSyntaxError) -> [TOMLNode] {
        let collector = Collector()
        let context = Unmanaged.passUnretained(collector).toOpaque()
        _ = withExtendedLifetime(collector) {
            text.withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    // An empty array has no address, and nothing is read of it.
                    characters.baseAddress.map { ctoml_read($0, characters.count, context, visit, fail) } ?? true
                }
            }
        }
        if let error = collector.error { throw error }
        return collector.nodes
    }

    private static let visit: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<ctoml_node>) -> Bool = {
        context, node in
        guard let context else { return false }
        let collector = Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue()
        collector.nodes.append(TOMLNode(node.pointee))
        return true
    }

    private static let fail: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<ctoml_error>) -> Void = {
        context, error in
        guard let context else { return }
        let collector = Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue()
        collector.error = TOMLSyntaxError(
            line: Int(error.pointee.line), message: String(error.pointee.message))
    }
}

extension TOMLNode {
    fileprivate init(_ node: ctoml_node) {
        path = (0..<node.path_count).map { step in
            let key = node.path[step]
            return key.index >= 0 ? "[\(key.index)]" : String(key.name)
        }
        line = Int(node.line)
        value =
            switch node.kind {
            case .table: .table
            case .string: .string(String(node.string))
            case .integer: .integer(node.integer)
            case .boolean: .boolean(node.boolean)
            case .array, .float, .dateTime: .other
            }
    }
}

extension String {
    fileprivate init(_ text: ctoml_text) {
        let bytes = UnsafeRawBufferPointer(start: text.bytes, count: text.length)
        self = String(decoding: bytes, as: UTF8.self)
    }
}
