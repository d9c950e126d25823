public import RobotModel

/// An attempt that a robot took on, and how it ended.
public struct AttemptRecord: Hashable, Sendable, Codable {
    public var attempt: AttemptID
    public var token: FencingToken
    /// Nil where only the skill host has it: the edge was restarted before the
    /// order was on its own disk.
    public var order: Invocation?
    /// Nil while it runs.
    public var outcome: AttemptOutcome?

    public init(order: Invocation, outcome: AttemptOutcome? = nil) {
        attempt = order.attempt
        token = order.token
        self.order = order
        self.outcome = outcome
    }

    /// One that the host reports, and whose order isn't known here.
    init(_ attempt: AttemptID, _ token: FencingToken, outcome: AttemptOutcome?) {
        self.attempt = attempt
        self.token = token
        self.outcome = outcome
    }

    enum CodingKeys: String, CodingKey { case attempt, token, order, outcome }

    /// An order names its attempt and token itself.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        order = try container.decodeIfPresent(Invocation.self, forKey: .order)
        outcome = try container.decodeIfPresent(AttemptOutcome.self, forKey: .outcome)
        if let order {
            (attempt, token) = (order.attempt, order.token)
        } else {
            attempt = try container.decode(AttemptID.self, forKey: .attempt)
            token = try container.decode(FencingToken.self, forKey: .token)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(outcome, forKey: .outcome)
        if let order {
            try container.encode(order, forKey: .order)
        } else {
            try container.encode(attempt, forKey: .attempt)
            try container.encode(token, forKey: .token)
        }
    }

    // What steers it; the safe choice where the order isn't known.
    var onLinkLoss: OnLinkLoss { order?.onLinkLoss ?? .stop }
    var cancel: CancelMode { order?.cancel ?? .stop }
    var isIdempotent: Bool { order?.idempotent ?? false }
}
