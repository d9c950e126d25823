import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One event as the daemon tells it.
struct Event: Sendable {
    let id: UInt64
    let json: JSON

    var kind: String { json["kind"].text ?? "" }
    var state: String { json["state"].text ?? "" }
    var task: String? { json["task"].text }
    var step: String? { json["step"].text }
    var robot: String? { json["robot"].text }
    var note: String { json["note"].text ?? "" }
    var line: String { "\(task ?? "-") \(kind) \(step ?? "") \(state): \(note)" }
}

/// Reads server-sent events until the server ends them.
final class EventReader: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // Only the session's own serial queue touches these.
    private var rest = Data()
    private let events: AsyncStream<Event>.Continuation

    static func events(of request: URLRequest) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        let reader = EventReader(continuation)
        let session = URLSession(configuration: .ephemeral, delegate: reader, delegateQueue: nil)
        let task = session.dataTask(with: request)
        continuation.onTermination = { _ in session.invalidateAndCancel() }
        task.resume()
        return stream
    }

    private init(_ events: AsyncStream<Event>.Continuation) { self.events = events }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        rest.append(data)
        while let end = rest.range(of: Data("\n\n".utf8)) {
            let block = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
            rest = Data(rest[end.upperBound...])
            var id: UInt64?
            var json: JSON?
            for line in block.split(separator: "\n") {
                if line.hasPrefix("id: ") { id = UInt64(line.dropFirst(4)) }
                if line.hasPrefix("data: ") {
                    json = try? JSONDecoder().decode(JSON.self, from: Data(line.dropFirst(6).utf8))
                }
            }
            if let id, let json { events.yield(Event(id: id, json: json)) }
        }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        events.finish()
    }
}
