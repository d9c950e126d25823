public import RobotModel
public import WireFormat

/// What comes back from robots over their links.
public enum RobotEvent: Hashable, Sendable {
    /// Skill manifests as JSON, that the peer declares for its robots.
    case declared([String], by: PeerName)
    /// There is a way to the robot now, and this is what it says of itself.
    /// Where there was one before, the new one replaces it: what the offer
    /// doesn't list as an attempt, the robot isn't at any more.
    case linked(RobotOffer)
    /// There is no way to it any more. What it does meanwhile, nobody knows.
    case lost(RobotID, reason: String)
    case accepted(AttemptID, FencingToken)
    case progressed(AttemptID, FencingToken, AttemptProgress)
    /// May come again until it was confirmed.
    case ended(AttemptID, FencingToken, AttemptOutcome)
    case status(RobotStatus)
    case memory([MemoryOperation], from: PeerName)
    /// The peer couldn't take a frame of ours.
    case refused(Refused, by: PeerName)
}
