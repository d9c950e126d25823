private import Foundation
import RobotModel

/// A ledger as it lies on disk: JSON in which entities stay entities, since an
/// order that is read back runs as it is, without a manifest at hand.
extension RobotLedger {
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.userInfo[.isExact] = true
        return Array(try encoder.encode(self))
    }

    public init(encoded bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(RobotLedger.self, from: Data(bytes))
    }
}
