import AsyncHTTPClient
public import Foundation
import NIOCore

/// A brain's event stream that outlives cuts and restarts: it is asked for
/// again from the last event that was seen, until the brain has been away for
/// too long.
public struct EventFeed: Sendable {
    let client: BrainClient
    let path: String
    /// How long the brain may be away, once it has been there.
    let patience: Duration

    public init(client: BrainClient, path: String, patience: Duration = .seconds(60)) {
        self.client = client
        self.path = path
        self.patience = patience
    }

    /// Calls `take` with each event's number and JSON, in order, until it says
    /// that it has had enough or the stream has come to its own end.
    ///
    /// - Parameters:
    ///   - sequence: events after this one; nil as the route sees fit.
    ///   - endsWithStream: whether a stream that ends has come to its end, and
    ///     was not merely cut.
    public func read(
        after sequence: UInt64? = nil, endsWithStream: () async throws -> Bool,
        take: (UInt64, Data) async throws -> Bool
    ) async throws {
        var last = sequence
        var awaySince: ContinuousClock.Instant?
        var wasOpen = false
        while true {
            do {
                var reader = ServerSentEventReader()
                let body = try await client.stream(path, after: last)
                awaySince = nil
                wasOpen = true
                for try await part in body {
                    for event in reader.read(part.readableBytesView) {
                        guard let id = event.id.flatMap({ UInt64($0) }) else { continue }
                        last = id
                        if try await !take(id, Data(event.data.utf8)) { return }
                    }
                }
                if try await endsWithStream() { return }
            } catch let error as CommandError where error.status == .unreachable && wasOpen {
                let since = awaySince ?? .now
                awaySince = since
                if since.duration(to: .now) > patience { throw error }
            } catch let error as CommandError {
                throw error
            } catch let error as CommandStatus {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // The connection broke in mid-stream; ask again.
                awaySince = awaySince ?? .now
            }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}
