private import Foundation
public import RobotModel

/// A ledger as it lies on disk: a byte for the format, then binary values as
/// ``LedgerWriter`` lays them down. It is written twice a step, before a robot
/// acts and after. Ledgers of the first format, JSON, are read all the same.
extension RobotLedger {
    /// The format that is written. JSON begins with a brace, which none may be.
    private static let format: UInt8 = 2
    private static let json = UInt8(ascii: "{")

    public func encoded() -> [UInt8] {
        var writer = LedgerWriter(capacity: 32 + 192 * records.count)
        writer.put(Self.format)
        writer.put(highestToken)
        writer.put(list: records) { writer, record in
            if let order = record.order {
                writer.put(LedgerTag.ordered)
                writer.put(order)
            } else {
                writer.put(LedgerTag.adopted)
                writer.put(record.attempt)
                writer.put(record.token)
            }
            writer.put(record.outcome) { $0.put($1) }
        }
        return writer.bytes
    }

    /// - Parameter robot: whose it is, for the error's words.
    /// - Throws: `damaged` for bytes that no ``encoded()`` gave; `newerFormat`.
    public init(encoded bytes: [UInt8], of robot: RobotID) throws(LedgerError) {
        do throws(LedgerError) {
            switch bytes.first {
            case Self.format: try self.init(binary: bytes)
            case Self.json: try self.init(json: bytes)
            case let format? where (Self.format..<Self.json).contains(format):
                throw LedgerError(.newerFormat, "it has format \(format); install the version that wrote it")
            case let other?: throw LedgerError(.damaged, "no format has the number \(other)")
            case nil: throw LedgerError(.damaged, "there is nothing")
            }
        } catch {
            throw LedgerError(
                error.code, "what \(robot) has obeyed can’t be read from its ledger: \(error.message)",
                underlying: error.underlying)
        }
    }

    private init(binary bytes: [UInt8]) throws(LedgerError) {
        var reader = LedgerReader(bytes, from: 1)
        highestToken = try reader.token()
        records = try reader.list { (reader) throws(LedgerError) in
            var record: AttemptRecord
            switch try reader.byte() {
            case LedgerTag.ordered: record = AttemptRecord(order: try reader.order())
            case LedgerTag.adopted:
                record = AttemptRecord(try reader.attempt(), try reader.token(), outcome: nil)
            case let other: throw reader.damaged("\(other) is no kind of record")
            }
            record.outcome = try reader.optional { (reader) throws(LedgerError) in try reader.outcome() }
            return record
        }
        guard reader.isAtEnd else { throw reader.damaged("it should have ended") }
    }

    private init(json bytes: [UInt8]) throws(LedgerError) {
        do {
            self = try JSONDecoder().decode(RobotLedger.self, from: Data(bytes))
        } catch {
            throw LedgerError(.damaged, "it is no JSON of the first format: \(error)", underlying: error)
        }
    }
}
