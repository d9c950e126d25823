public import RobotModel

/// The two steps of a release: somebody asks and is given a code; within half a
/// minute the code is said back. A press in between, or too many wrong codes,
/// makes it void.
///
/// Pure: the code comes in from outside.
public struct EmergencyStopRelease: Sendable {
    public static let lifetime = Duration.seconds(30)
    /// Wrong codes after which a new one must be asked for.
    public static let mostTries = 5

    public enum Refusal: String, Error, Hashable, Sendable {
        /// Nobody has asked, the code is too old, or a press made it void.
        case nothingAsked
        case wrongCode

        /// For people.
        public var text: String {
            switch self {
            case .nothingAsked: "nobody has asked for the release in the last half minute; ask first"
            case .wrongCode: "that isn’t the code that was given"
            }
        }
    }

    private var pending: EmergencyReleaseAsk?
    private var wrongTries = 0

    public init() {}

    /// The first step. A newer one makes an older one void.
    public mutating func ask(by person: String, reason: String, code: String, at now: Instant)
        -> EmergencyReleaseAsk
    {
        let ask = EmergencyReleaseAsk(by: person, reason: reason, expiresAt: now + Self.lifetime, code: code)
        pending = ask
        wrongTries = 0
        return ask
    }

    /// The second step: who asked, and why.
    public mutating func confirm(code: String, at now: Instant) throws(Refusal) -> EmergencyReleaseAsk {
        guard let ask = pending, now < ask.expiresAt else { throw .nothingAsked }
        guard ask.code == code else {
            wrongTries += 1
            if wrongTries >= Self.mostTries { pending = nil }
            throw .wrongCode
        }
        pending = nil
        return ask
    }

    /// Somebody pressed: what was asked before isn't about that.
    public mutating func withdraw() { pending = nil }

    /// What is asked for now, without its code.
    public func view(at now: Instant) -> EmergencyReleaseAsk? {
        guard var ask = pending, now < ask.expiresAt else { return nil }
        ask.code = nil
        return ask
    }
}
