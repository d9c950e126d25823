/// Where a task stands in its life.
public enum TaskState: String, Hashable, Sendable, Codable, CaseIterable {
    /// On disk, and acknowledged. Next: planning, rejected, canceled.
    case received
    /// Being understood, planned or planned anew. Next: awaitingApproval,
    /// running, rejected (first plan), failed, canceled.
    case planning
    /// A person must say yes. Next: running, canceled.
    case awaitingApproval
    /// Steps run. Next: paused, planning, succeeded, failed, canceled.
    case running
    /// No new step starts. Next: running, canceled.
    case paused
    /// The goal's facts hold. Final.
    case succeeded
    /// Given up, with a ``Failure``. Final.
    case failed
    /// Ended by a person. Final.
    case canceled
    /// Never started, with a ``Rejection``. Final.
    case rejected

    public var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .canceled, .rejected: true
        case .received, .planning, .awaitingApproval, .running, .paused: false
        }
    }
}

/// Where a step stands in its life.
public enum StepState: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waits for earlier steps. Next: ready, canceled.
    case blocked
    /// Nothing is in its way but the robot or a resource. Next: assigned, canceled.
    case ready
    /// Sent to the robot, not yet accepted. Next: running, failed, lost, canceled.
    case assigned
    case awaitingApproval
    /// The robot is at it. Next: verifying, failed, lost, canceled.
    case running
    case paused
    /// Done by its own report; effects being entered. Next: succeeded, failed.
    case verifying
    /// Done. Final.
    case succeeded
    /// Given up in this plan. Final.
    case failed
    /// Ended before its end. Final.
    case canceled
    case skipped
    /// The robot's link is gone. Next: running (adopted again), uncertain, failed.
    case lost
    /// Nobody knows how it ended. Next: verifying, failed.
    case uncertain

    public var isFinal: Bool {
        switch self {
        case .succeeded, .failed, .canceled, .skipped: true
        default: false
        }
    }

    /// Whether the robot may be acting on it now.
    public var isOnRobot: Bool { self == .assigned || self == .running || self == .lost }
}

/// What a robot is up to, as the coordinator sees it.
public enum RobotState: String, Hashable, Sendable, Codable, CaseIterable {
    case available, busy, charging, draining, maintenance, manual, lost, retired
}
