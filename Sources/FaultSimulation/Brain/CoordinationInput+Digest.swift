import RobotModel
import WireFormat

extension CoordinationInput {
    /// Its kind and a checksum of its record. Its description is no use to a
    /// log that must be the same everywhere: dictionaries have no order.
    var digest: String {
        let kind = Mirror(reflecting: self).children.first?.label ?? "?"
        let bytes = (try? JournalEntryCodec.encode(self, at: .zero)) ?? []
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
        }
        return "\(kind) \(String(hash, radix: 16))"
    }
}
