import Pages
import RobotModel
import TimeTravel

/// Two runs of one task side by side, for people.
enum ForkPage {
    static func text(_ report: ForkReport, sources: [String]) -> String {
        var text = "task \(report.task), forked at record \(report.at): \(report.intervention)\n\n"
        if let parting = report.parting {
            let since = (parting.at - report.recorded.receivedAt).inSeconds
            text += "the runs part at record \(parting.record), after \(Phrases.duration(seconds: since))\n"
            text += "  why      \(parting.reason)\n"
            text += lines("  it was   ", parting.recorded) + lines("  what if  ", parting.forked)
        } else {
            text += "the runs don’t part: it makes no difference\n"
        }
        text += "\n" + steps(report).text() + "\n"
        text += "it was   \(ending(report.recorded))\n"
        text += "what if  \(ending(report.forked))\n"
        let simulated = Phrases.count(report.simulated, "input")
        text += "\n\(Phrases.count(report.replayed, "record")) replayed, \(simulated) simulated\n"
        for line in sources + report.assumptions { text += "– \(line)\n" }
        return text
    }

    private static func lines(_ label: String, _ actions: [String]) -> String {
        guard !actions.isEmpty else { return label + "nothing happens\n" }
        let most = 4
        var text = ""
        for (index, action) in actions.prefix(most).enumerated() {
            text += (index == 0 ? label : "           ") + action + "\n"
        }
        if actions.count > most { text += "           … and \(actions.count - most) more\n" }
        return text
    }

    /// Every step of either run, with what became of it in both.
    private static func steps(_ report: ForkReport) -> Table {
        var table = Table("STEP", "IT WAS", "", "TOOK", "WHAT IF", "", "TOOK")
        let theirs = Dictionary(report.forked.steps.map { ($0.step.id, $0) }, uniquingKeysWith: { $1 })
        let known = Set(report.recorded.steps.map(\.step.id))
        let shared = report.recorded.steps.map { ($0.step.id, Optional($0), theirs[$0.step.id]) }
        let new = report.forked.steps.filter { !known.contains($0.step.id) }
            .map { ($0.step.id, StepView?.none, Optional($0)) }
        for (id, before, after) in shared + new {
            let (left, right) = (cells(before), cells(after))
            table.add(id.rawValue, left.0, left.1, left.2, right.0, right.1, right.2)
        }
        return table
    }

    private static func cells(_ view: StepView?) -> (String, String, String) {
        guard let view else { return ("–", "", "") }
        let took = view.startedAt.flatMap { start in view.endedAt.map { ($0 - start).inSeconds } }
        let state = view.state.rawValue + (view.attempts > 1 ? " (\(view.attempts) tries)" : "")
        return (
            "\(view.step.robot): \(Phrases.call(view.step))", state,
            took.map(Phrases.duration) ?? "–"
        )
    }

    private static func ending(_ view: TaskView) -> String {
        var text = view.state.rawValue
        if let end = view.endedAt {
            text += " after \(Phrases.duration(seconds: (end - view.receivedAt).inSeconds))"
        }
        if let failure = view.failure { text += ": \(failure.message)" }
        if let rejection = view.rejection { text += ": \(rejection.message)" }
        return text
    }
}
