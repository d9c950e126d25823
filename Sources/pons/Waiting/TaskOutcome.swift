import BrainClient
import Pages
import RobotModel

/// How a task ended, in words and as an exit status.
struct TaskOutcome {
    let task: TaskView

    var status: CommandStatus {
        switch task.state {
        case .succeeded: .done
        case .rejected: .refused
        default: .failed
        }
    }

    /// One line, and where it helps a second and third.
    var text: String {
        let done = task.steps.filter { $0.state == .succeeded }
        let robots = Set(done.map(\.step.robot)).count
        let work = "\(Phrases.count(done.count, "step")) by \(Phrases.count(robots, "robot"))"
        let spent = task.endedAt.map { Phrases.duration(seconds: ($0 - task.receivedAt).inSeconds) } ?? "?"
        switch task.state {
        case .succeeded: return "task \(task.id) succeeded in \(spent): \(work)"
        case .rejected:
            guard let rejection = task.rejection else { return "task \(task.id) was rejected" }
            return (["task \(task.id) was rejected: \(rejection.message)"] + Self.hints(rejection))
                .joined(separator: "\n")
        default:
            let reason = task.failure.map { ": \($0.message) (\($0.code.rawValue))" } ?? ""
            return "task \(task.id) \(task.state.rawValue) after \(spent)\(reason); \(work)"
        }
    }

    static func hints(_ rejection: Rejection) -> [String] {
        var lines: [String] = []
        if !rejection.parts.isEmpty {
            lines.append("  not clear: \(rejection.parts.joined(separator: ", "))")
        }
        if !rejection.suggestions.isEmpty {
            lines.append("  near: \(rejection.suggestions.joined(separator: ", "))")
        }
        return lines
    }
}
