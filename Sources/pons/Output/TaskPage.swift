import Pages
import RobotModel

/// A task in full, for people.
enum TaskPage {
    static func text(_ task: TaskView, at now: Instant) -> String {
        var lines = [
            "task      \(task.id)", "state     \(task.state.rawValue)",
            "ask       \(task.request.ask.summary)",
        ]
        if case .words = task.request.ask, let goal = task.goal {
            lines.append("goal      \(TaskAsk.goal(goal).summary)")
        }
        lines.append("received  \(task.receivedAt)")
        if let end = task.endedAt {
            lines.append(
                "ended     \(end), after \(Phrases.duration(seconds: (end - task.receivedAt).inSeconds))")
        } else if let expected = task.expectedMakespanSeconds {
            lines.append("expected  \(Phrases.duration(seconds: expected)) in all")
        }
        if task.request.priority != 0 { lines.append("priority  \(task.request.priority)") }
        if let deadline = task.request.deadline {
            lines.append("deadline  \(Phrases.deadline(deadline, of: task, at: now))")
        }
        if !task.note.isEmpty { lines.append("note      \(task.note)") }
        if let question = task.question { lines += Phrases.question(question, of: task.id, at: now) }
        if task.revision > 1 { lines.append("plans     \(task.revision)") }
        if let rejection = task.rejection {
            lines.append("rejected  \(rejection.message) (\(rejection.code.rawValue))")
            lines += TaskOutcome.hints(rejection)
        }
        if let failure = task.failure {
            lines.append("failure   \(failure.message) (\(failure.code.rawValue))")
        }
        var text = lines.joined(separator: "\n") + "\n"
        guard !task.steps.isEmpty else { return text }
        var table = Table("STEP", "ROBOT", "SKILL", "STATE", "TRIES", "TOOK", "AFTER")
        for view in task.steps {
            let took = view.startedAt.map {
                Phrases.duration(seconds: ((view.endedAt ?? (view.state.isFinal ? $0 : now)) - $0).inSeconds)
            }
            table.add(
                view.step.id.rawValue, view.step.robot.rawValue, Phrases.call(view.step),
                view.state.rawValue, view.attempts == 0 ? "–" : "\(view.attempts)", took ?? "–",
                view.step.after.map(\.rawValue).joined(separator: ", "))
        }
        text += "\n" + table.fitted
        if !task.explanation.isEmpty {
            text += "\n" + task.explanation.map { "– \($0)\n" }.joined()
        }
        return text
    }
}
