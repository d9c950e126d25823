import OrderedCollections
public import RobotModel

/// What the e-stop holds back.
public enum EmergencyHold: Hashable, Sendable {
    /// It is pressed, by whom and why: everything stops at once, whatever its
    /// `cancel` says, and nothing begins.
    case latched(String)
    /// It can't be heard, so that it couldn't be obeyed: what stops without a
    /// link stops, and nothing begins.
    case silent

    /// Why an order isn't begun.
    public var refusal: Failure {
        switch self {
        // Worth another try soon: the brain sends nothing while it knows of the
        // stop, so the release is on its way here, or the stop is to the brain.
        case .latched(let cause): Failure(.resourceConflict, "the e-stop is latched (\(cause))")
        // It comes back with the link.
        case .silent: Failure(.resourceConflict, "the e-stop can’t be heard here")
        }
    }

    /// How what it has stopped ends.
    static func stopped(_ cause: String) -> Failure { Failure(.canceled, "e-stop: \(cause)") }
}

extension ExecutionMachine {
    /// An attempt that the e-stop has stopped, and why.
    struct Halt: Hashable, Sendable {
        let attempt: AttemptID
        let cause: String
    }

    mutating func emergencyChanged(_ hold: EmergencyHold?, at now: Instant) -> [ExecutionAction] {
        emergency = hold
        switch hold {
        case nil: return []
        case .latched:
            // Several robots at once, whose offers may change.
            return haltAll(at: now) + [.rosterChanged]
        case .silent: return brainLost("the e-stop can’t be heard", at: now)
        }
    }

    /// Stops what runs while the e-stop is latched, also what came in with a
    /// host that hadn't heard of it.
    mutating func haltAll(at now: Instant) -> [ExecutionAction] {
        guard case .latched(let cause) = emergency else { return [] }
        var actions: [ExecutionAction] = []
        for (robot, slot) in slots {
            if let held = slot.held {
                actions += ended(held, robot, .failed(EmergencyHold.latched(cause).refusal))
            }
            guard let host = slot.host, let running = slot.running else { continue }
            slots[robot]?.halt = Halt(attempt: running.attempt, cause: cause)
            actions.append(.cancel(host, running.attempt, running.token, reason: "e-stop: \(cause)"))
            actions.append(
                .startTimer(.unstoppable(robot, running.attempt), at: now + settings.stopGrace))
        }
        return actions
    }
}
