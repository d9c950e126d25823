import Foundation
private import RobotModel

/// The coordinator's whole state as bytes: JSON that people can read, with
/// sorted keys, and the same bytes on every machine for the same state.
extension CoordinationMachine {
    /// - Throws: never for a state that ``handle(_:at:record:)`` made, but for
    ///   numbers that JSON has no word for.
    public func encoded() throws -> [UInt8] {
        Array(try Self.exactEncoder().encode(self))
    }

    /// Writes equal values as equal bytes, and numbers to the last bit.
    static func exactEncoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[.isExact] = true
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    /// - Throws: `DecodingError` for bytes that no ``encoded()`` gave.
    public init(encoded bytes: [UInt8]) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self = try decoder.decode(CoordinationMachine.self, from: Data(bytes))
    }

    /// A fingerprint of the state: equal states have equal ones everywhere.
    /// FNV-1a over ``encoded()``.
    public func stateHash() throws -> UInt64 {
        try encoded().reduce(0xcbf2_9ce4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
    }
}
