/// Reads server-sent events (WHATWG HTML, section 9.2) out of bytes as they
/// come, however they are cut.
public struct ServerSentEventReader: Sendable {
    /// One event of a stream.
    public struct Event: Equatable, Sendable {
        public var id: String?
        public var kind: String
        public var data: String

        /// An event that a test or another source makes.
        public init(id: String? = nil, kind: String = "message", data: String = "") {
            self.id = id
            self.kind = kind
            self.data = data
        }
    }

    /// Longest line; a longer one is no event of ours and is dropped.
    static let longestLine = 16 << 20

    private var line: [UInt8] = []
    private var isOverlong = false
    private var event = Event()
    private var hasData = false

    /// A reader at a stream's beginning.
    public init() {}

    /// The events that `bytes` completes.
    public mutating func read(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"):
                if !isOverlong, let event = end(of: String(decoding: line, as: UTF8.self)) {
                    events.append(event)
                }
                line.removeAll(keepingCapacity: true)
                isOverlong = false
            case UInt8(ascii: "\r"): break
            default:
                if line.count < Self.longestLine { line.append(byte) } else { isOverlong = true }
            }
        }
        return events
    }

    private mutating func end(of line: String) -> Event? {
        if line.isEmpty {
            defer {
                event = Event()
                hasData = false
            }
            return hasData ? event : nil
        }
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : ""
        if value.first == " " { value.removeFirst() }
        switch parts[0] {
        case "id": event.id = String(value)
        case "event": event.kind = String(value)
        case "data":
            event.data += (hasData ? "\n" : "") + value
            hasData = true
        default: break  // comments, which keep the stream alive, and `retry`
        }
        return nil
    }
}
