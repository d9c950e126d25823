/// Why a session ended.
public enum LossReason: Hashable, Sendable, CustomStringConvertible {
    /// Nothing was heard for the length of the lease.
    case silent
    /// The connection is gone.
    case disconnected
    /// The other side takes no more: its queue is full.
    case congested
    /// Frames are missing.
    case outOfSequence
    /// The other side said goodbye, with its reason.
    case goodbye(String)
    /// Another client has taken the name.
    case replaced
    /// The server doesn't know the session, or no longer.
    case forgotten
    /// This side ended it, with its reason.
    case ended(String)

    public var description: String {
        switch self {
        case .silent: "nothing was heard for the length of the lease"
        case .disconnected: "the connection is gone"
        case .congested: "the other side takes no more frames"
        case .outOfSequence: "frames are missing"
        case .goodbye(let reason): "the other side said goodbye: \(reason)"
        case .replaced: "another client has taken the name"
        case .forgotten: "the server doesn’t know the session"
        case .ended(let reason): "ended here: \(reason)"
        }
    }
}
