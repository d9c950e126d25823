import OrderedCollections
public import RobotModel

extension ExecutionMachine {
    /// Robots with a live host, each as ``hosted(_:)`` has it.
    public var roster: [HostedRobot] { slots.keys.compactMap(hosted) }

    /// What a robot is at and what it has ended but not yet seen confirmed; nil
    /// without a live host. An order that was never begun isn't among it.
    public func hosted(_ robot: RobotID) -> HostedRobot? {
        guard let slot = slots[robot], slot.host != nil, let description = slot.description else {
            return nil
        }
        var hosted = HostedRobot(
            description: description, highestToken: slot.highestToken, keepsLedger: true)
        for (attempt, record) in slot.records where attempt != slot.held {
            hosted.attempts.updateValue(record.outcome, forKey: attempt)
            hosted.tokens[attempt] = record.token
        }
        if let held = slot.held, let token = slot.records[held]?.token, token.counter > 0 {
            // So that whoever sent it knows that it wasn't obeyed.
            hosted.highestToken = FencingToken(epoch: token.epoch, counter: token.counter - 1)
        }
        return hosted
    }

    /// Whether a host of before a restart hasn't come back yet: its robot may be
    /// at work, also where the order wasn't on disk here.
    public var isAwaitingHosts: Bool { slots.values.contains { $0.host == nil } }

    /// What the robot must not forget.
    public func ledger(of robot: RobotID) -> RobotLedger {
        guard let slot = slots[robot] else { return RobotLedger() }
        return RobotLedger(highestToken: slot.highestToken, records: Array(slot.records.values))
    }

    /// The order behind an attempt that the robot knows; nil where only its host has it.
    public func order(_ attempt: AttemptID, of robot: RobotID) -> Invocation? {
        slots[robot]?.records[attempt]?.order
    }

    /// Orders without a result, by robot.
    public var pendingRecords: [RobotID: [AttemptRecord]] {
        slots.reduce(into: [:]) { result, slot in
            let pending = slot.value.records.values.filter { $0.outcome == nil }
            if !pending.isEmpty { result[slot.key] = Array(pending) }
        }
    }
}
