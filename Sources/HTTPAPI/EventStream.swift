import Foundation
import Hummingbird
import NIOCore
import ServiceLifecycle
import Synchronization

/// One server-sent event (WHATWG HTML, section 9.2).
struct ServerSentEvent {
    let id: UInt64
    let kind: String
    /// JSON on one line.
    let data: Data

    init(id: UInt64, kind: String, value: some Encodable) throws {
        self.id = id
        self.kind = kind
        data = try JSONText.encode(value)
    }

    var bytes: ByteBuffer {
        var buffer = ByteBuffer(string: "id: \(id)\nevent: \(kind)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
        return buffer
    }
}

/// Answers a request with a stream of server-sent events.
///
/// An event is taken from its source only when the one before it is written,
/// so a slow reader costs one event here; the source's own bound does the rest.
/// The stream ends with its source, when the daemon shuts down, or when the
/// caller is gone.
struct EventStreams: Sendable {
    /// A comment goes out this often, so that a reader and every proxy between
    /// know that the stream lives.
    let heartbeat: Duration
    private let seats: StreamSeats

    init(heartbeat: Duration, limit: Int = RequestLimits.eventStreams) {
        self.heartbeat = heartbeat
        seats = StreamSeats(limit: limit)
    }

    /// - Parameter frame: the event to send, and whether it is the last.
    /// - Throws: `tooManyStreams`.
    func response<Element: Sendable>(
        of source: AsyncStream<Element>,
        frame: @escaping @Sendable (Element) throws -> (event: ServerSentEvent, isLast: Bool)
    ) throws -> Response {
        let seat = try seats.take()
        let heartbeat = heartbeat
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { withExtendedLifetime(seat) {} }
                try await writer.write(ByteBuffer(string: "retry: 1000\n\n"))
                try await Self.write(source, heartbeat: heartbeat, to: &writer, frame: frame)
                try await writer.finish(nil)
            })
    }

    private enum Turn<Element: Sendable>: Sendable {
        case element(Element?)
        case heartbeat
        case shutdown
    }

    private static func write<Element: Sendable>(
        _ source: AsyncStream<Element>, heartbeat: Duration, to writer: inout any ResponseBodyWriter,
        frame: @Sendable (Element) throws -> (event: ServerSentEvent, isLast: Bool)
    ) async throws {
        try await withThrowingTaskGroup(of: Turn<Element>.self) { group in
            // Iterators of one AsyncStream share its buffer, so each turn may
            // make its own; at most one is in use at a time.
            func awaitElement() {
                group.addTask {
                    var iterator = source.makeAsyncIterator()
                    return .element(await iterator.next())
                }
            }
            func awaitHeartbeat() {
                group.addTask {
                    try await Task.sleep(for: heartbeat)
                    return .heartbeat
                }
            }
            group.addTask {
                try await gracefulShutdown()
                return .shutdown
            }
            awaitElement()
            awaitHeartbeat()
            defer { group.cancelAll() }
            while let turn = try await group.next() {
                switch turn {
                case .shutdown, .element(nil): return
                case .heartbeat:
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    awaitHeartbeat()
                case .element(let element?):
                    let (event, isLast) = try frame(element)
                    try await writer.write(event.bytes)
                    if isLast { return }
                    awaitElement()
                }
            }
        }
    }
}

/// Counts the streams that are open. A seat is given back when its stream's
/// closure is released, whether or not it ever ran.
private final class StreamSeats: Sendable {
    private let limit: Int
    private let taken = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    func take() throws(APIError) -> Seat {
        guard taken.add(1, ordering: .relaxed).newValue <= limit else {
            taken.subtract(1, ordering: .relaxed)
            throw APIError(.tooManyStreams, "All \(limit) event streams are in use.")
        }
        return Seat(seats: self)
    }

    final class Seat: Sendable {
        private let seats: StreamSeats

        init(seats: StreamSeats) { self.seats = seats }

        deinit { seats.taken.subtract(1, ordering: .relaxed) }
    }
}
