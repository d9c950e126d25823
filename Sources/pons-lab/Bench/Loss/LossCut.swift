/// What is taken away from robots at work.
enum LossCut: String, CaseIterable, Sendable {
    case hostKilled = "SIGKILL of the skill host"
    case hostStopped = "SIGSTOP of the skill host"
    case edgeKilled = "SIGKILL of the edge"
    case edgeStopped = "SIGSTOP of the edge"
    case hostLinkDown = "link host – edge down"
    case brainLinkDown = "link edge – brain down"
    case brainStopped = "SIGSTOP of the brain"

    var needsNetwork: Bool { self == .hostLinkDown || self == .brainLinkDown }

    /// Whether the brain is there to notice, and to plan anew.
    var isNoticed: Bool { self != .brainStopped }

    /// How long the robots may move at most after the cut, without what the
    /// scheduler takes; nil where their process doesn't run on.
    var leaseMilliseconds: Double? {
        switch self {
        case .hostKilled, .hostStopped: nil
        case .edgeKilled, .edgeStopped, .hostLinkDown: 1000
        case .brainLinkDown, .brainStopped: 1500
        }
    }
}
