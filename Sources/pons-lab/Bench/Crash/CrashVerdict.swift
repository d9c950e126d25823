import BrainClient
import Foundation
import RobotModel

/// What became of everything that was acknowledged, by the brain's word and by
/// the robots' own files.
struct CrashVerdict {
    let acknowledged: Int
    let effects: Int
    private(set) var lost: [TaskID] = []
    private(set) var unhappy: [String] = []
    private(set) var doubled: [Int] = []
    private(set) var repeatedAttempts: [String] = []
    private(set) var repeatedThings: [String] = []

    /// Waits for every task to end.
    init(_ told: [CrashClients.Acknowledged], marks: URL, client: BrainClient) async throws {
        acknowledged = told.count
        let byThing = Dictionary(grouping: told, by: \.thing)
        doubled = byThing.filter { Set($0.value.map(\.task)).count > 1 }.map(\.key).sorted()
        for item in told {
            guard let view = try await Self.end(of: item.task, client) else {
                lost.append(item.task)
                continue
            }
            if view.state != .succeeded {
                unhappy.append("\(view.id) \(view.state.rawValue): \(view.failure?.description ?? "")")
            }
        }
        let lines = (try? String(contentsOf: marks, encoding: .utf8))?.split(separator: "\n") ?? []
        effects = lines.count
        let parts = lines.map { $0.split(separator: " ").map(String.init) }
        repeatedAttempts = Self.repeated(parts.compactMap(\.first))
        repeatedThings = Self.repeated(parts.compactMap(\.last))
    }

    var isGood: Bool { complaints.isEmpty }

    var complaints: [String] {
        lost.map { "lost: \($0)" } + unhappy + doubled.map { "two tasks for thing\($0)" }
            + repeatedAttempts.map { "two effects of \($0)" } + repeatedThings.map { "marked twice: \($0)" }
    }

    private static func repeated(_ items: [String]) -> [String] {
        Dictionary(grouping: items, by: \.self).filter { $0.value.count > 1 }.map(\.key).sorted()
    }

    /// Nil where the brain has never heard of it.
    private static func end(of task: TaskID, _ client: BrainClient) async throws -> TaskView? {
        let deadline = ContinuousClock.now + .seconds(60)
        var view: TaskView?
        while ContinuousClock.now < deadline {
            do {
                view = try await client.task(task.rawValue)
            } catch let error as CommandError where error.status == .notFound {
                return nil
            }
            if view?.state.isFinal == true { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        return view
    }
}
