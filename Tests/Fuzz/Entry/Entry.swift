import Glibc
import Varlink

/// Which target runs; the environment names it, because libFuzzer takes all arguments.
private let target: FuzzTarget = {
    guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
        fatalError("FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue))")
    }
    return target
}()

/// A defect that is planted to see that the fuzzer finds one: FUZZ_PLANTED=1.
private let isPlanted = getenv("FUZZ_PLANTED") != nil

/// Called by libFuzzer with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    do throws(Broken) {
        if isPlanted { try planted(input) }
        try target.check(input)
    } catch {
        let words = "BROKEN: \(error)\n"
        write(2, words, words.utf8.count)
        abort()
    }
    return 0
}

/// Deep enough inside of a document that only who follows the coverage of the decoder gets there.
private func planted(_ input: [UInt8]) throws(Broken) {
    guard case .array(let elements)? = try? JSONValue(parsing: input), elements.contains(.bool(true))
    else { return }
    throw Broken(description: "the planted defect")
}
