import Glibc
import Systemd

/// Lists of networks for `IPAddressDeny=` and its like.
enum UnitAddresses {
    typealias Refusal = UnitProperties.Refusal

    private static let names = [
        "any": ["0.0.0.0/0", "::/0"],
        "localhost": ["127.0.0.0/8", "::1/128"],
        "link-local": ["169.254.0.0/16", "fe80::/64"],
        "multicast": ["224.0.0.0/4", "ff00::/8"],
    ]

    static func converted(_ text: String) throws(Refusal) -> BusValue {
        var networks: [BusValue] = []
        for word in try UnitWords.split(text) {
            for network in names[word] ?? [word] { networks.append(try converted(network: network)) }
        }
        return .array(networks, of: "(iayu)")
    }

    private static func converted(network: String) throws(Refusal) -> BusValue {
        let parts = network.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        for (family, length) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: length)
            guard unsafe inet_pton(family, String(parts[0]), &bytes) == 1 else { continue }
            let bits = UInt32(length) * 8
            guard let prefix = parts.count == 1 ? bits : UInt32(parts[1]), prefix <= bits else { break }
            return .structure([.int32(family), .bytes(bytes), .uint32(prefix)])
        }
        let known = names.keys.sorted().joined(separator: ", ")
        throw Refusal(reason: "'\(network)' is no address or network, nor one of \(known)")
    }
}
