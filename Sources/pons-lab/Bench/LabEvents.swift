import BrainClient
import Foundation
import RobotModel
import SkillHost

/// What hosts and the brain tell, each with the moment at which it came here.
final class LabEvents: Sendable {
    enum What: Sendable {
        case host(SkillHostEvent)
        case brain(TaskEvent)
    }

    struct Item: Sendable {
        let at: MonotonicTime
        let what: What
    }

    private let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation

    init() { (items, continuation) = AsyncStream.makeStream() }

    func put(_ what: What) { continuation.yield(Item(at: .now, what: what)) }

    /// Passes on the brain's events until cancelled.
    func follow(_ client: BrainClient) async throws {
        let isEndless: @Sendable () -> Bool = { false }
        try await EventFeed(client: client, path: "/v1/events").read(after: 0, endsWithStream: isEndless) {
            _, data in
            put(.brain(try BrainClient.decode(TaskEvent.self, from: data)))
            return true
        }
    }

    /// What comes, in order, until `take` has had enough.
    ///
    /// - Throws: `timedOut` after `seconds`.
    func read(
        within seconds: Double = 60, waitingFor what: String, _ take: @Sendable @escaping (Item) -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [items] in
                for await item in items where take(item) { return }
                throw CancellationError()
            }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw CommandError(.timedOut, "waited \(seconds) s for \(what)", why: "it did not come")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// When the robot was said to be in this state next.
    func time(of robot: RobotID, becoming state: RobotState, within seconds: Double = 60) async throws
        -> MonotonicTime
    {
        let found = Kept<MonotonicTime>()
        try await read(within: seconds, waitingFor: "\(robot) to be \(state.rawValue)") { item in
            guard case .brain(let event) = item.what, event.kind == .robot, event.robot == robot,
                event.state == state.rawValue
            else { return false }
            found.put(item.at)
            return true
        }
        guard let time = found.values.first else { throw CancellationError() }
        return time
    }
}
