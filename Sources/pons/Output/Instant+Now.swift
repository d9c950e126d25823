import Foundation
import RobotModel

extension Instant {
    /// The wall clock.
    static var now: Instant {
        Instant(nanosecondsSinceEpoch: Int64(Date().timeIntervalSince1970 * 1e9))
    }
}
