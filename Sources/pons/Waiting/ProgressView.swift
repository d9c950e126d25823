import Pages
import RobotModel

/// A task under way, as lines for a terminal: a line for the task, and one for
/// each step of the newest plan.
struct ProgressView {
    let columns: Int
    /// Most lines; finished steps make way first.
    let rows: Int
    let hasColour: Bool

    func lines(_ task: TaskView, at now: Instant) -> [String] {
        let spent = Phrases.duration(seconds: ((task.endedAt ?? now) - task.receivedAt).inSeconds)
        var lines = [
            styled("task \(task.id)  \(task.state.rawValue)  \(spent)  “\(task.request.ask.summary)”", .bold)
        ]
        if !task.note.isEmpty { lines.append(styled("  \(task.note)", .yellow)) }
        if let deadline = task.request.deadline {
            lines.append(
                styled("  deadline \(Phrases.deadline(deadline, of: task, at: now))", .dim))
        }
        if let question = task.question {
            lines += Phrases.question(question, of: task.id, at: now).map { styled("  \($0)", .yellow) }
        }
        let heading = lines.count
        var steps = task.steps.filter {
            $0.revision == task.revision || $0.state == .succeeded || $0.state == .failed
        }
        let room = max(1, rows - 2 - heading)
        if steps.count > room {
            let done = steps.prefix { $0.state == .succeeded }.count
            let hidden = min(done, steps.count - room + 1)
            if hidden > 0 {
                steps.removeFirst(hidden)
                lines.append(styled("  ✔ \(hidden) earlier steps done", .dim))
            }
        }
        let shown = steps.prefix(room)
        let idWidth = shown.map { $0.step.id.rawValue.count }.max() ?? 0
        let robotWidth = shown.map { $0.step.robot.rawValue.count }.max() ?? 0
        let callWidth = min(44, shown.map { Phrases.call($0.step).count }.max() ?? 0)
        for view in shown {
            let cells = [
                view.step.id.rawValue.padded(to: idWidth), view.step.robot.rawValue.padded(to: robotWidth),
                Phrases.call(view.step).elided(to: callWidth).padded(to: callWidth), remark(view, at: now),
            ]
            lines.append(
                styled("  \(Self.mark(view.state)) " + cells.joined(separator: "  "), style(view.state)))
        }
        if steps.count > shown.count {
            lines.append(styled("  … and \(steps.count - shown.count) more", .dim))
        }
        return lines
    }

    private static func mark(_ state: StepState) -> String {
        switch state {
        case .succeeded: "✔"
        case .failed: "✘"
        case .running, .assigned, .verifying: "▶"
        case .lost, .uncertain: "?"
        case .canceled, .skipped: "–"
        case .blocked, .ready, .awaitingApproval, .paused: "·"
        }
    }

    private func remark(_ view: StepView, at now: Instant) -> String {
        switch view.state {
        case .blocked:
            return view.step.after.isEmpty
                ? "" : "after \(view.step.after.map(\.rawValue).joined(separator: ", "))"
        case .failed: return view.failure?.message ?? "failed"
        case .succeeded, .running, .verifying, .assigned:
            guard let start = view.startedAt else { return view.state.rawValue }
            let spent = Phrases.duration(seconds: ((view.endedAt ?? now) - start).inSeconds)
            let tries = view.attempts > 1 ? "  try \(view.attempts)" : ""
            guard view.state == .running, let progress = view.progress else { return spent + tries }
            return "\(spent)  \(Int((min(max(progress.ratio, 0), 1) * 100).rounded())) %\(tries)"
        default: return view.state.rawValue
        }
    }

    private enum Style: String {
        case bold = "1"
        case dim = "2"
        case green = "32"
        case cyan = "36"
        case red = "31"
        case yellow = "33"
    }

    private func style(_ state: StepState) -> Style? {
        switch state {
        case .succeeded: .green
        case .running, .verifying, .assigned: .cyan
        case .failed: .red
        case .lost, .uncertain: .yellow
        case .blocked, .canceled, .skipped: .dim
        case .ready, .awaitingApproval, .paused: nil
        }
    }

    private func styled(_ line: String, _ style: Style?) -> String {
        let line = line.elided(to: columns)
        guard hasColour, let style else { return line }
        return "\u{1B}[\(style.rawValue)m\(line)\u{1B}[0m"
    }
}
