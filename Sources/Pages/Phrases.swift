import Foundation
public import RobotModel

/// Times and calls as people read them.
public enum Phrases {
    /// E.g. `0.4 s`, `12.3 s`, `3 min 20 s`, `2 h 5 min`.
    public static func duration(seconds: Double) -> String {
        let seconds = max(0, seconds)
        if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
        let whole = Int(min(seconds, 1e9).rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// How long ago `instant` was.
    public static func age(of instant: Instant, at now: Instant) -> String {
        duration(seconds: Double(Int((now - instant).inSeconds))).replacingOccurrences(of: ".0", with: "")
    }

    /// E.g. `place(apple, table)`: the arguments alone.
    public static func call(_ step: PlanStep) -> String { "\(step.skill)(\(arguments(step)))" }

    /// The values of a step's arguments. What is handled comes first, as people
    /// say it: `insert(apple, fridge)`; the rest in the order of their names.
    public static func arguments(_ step: PlanStep) -> String {
        step.arguments.sorted { ($0.key == "item" ? "" : $0.key) < ($1.key == "item" ? "" : $1.key) }
            .map(\.value.description).joined(separator: ", ")
    }

    /// E.g. `2026-12-01T18:00:00.000Z, in 3 min 20 s`.
    public static func deadline(_ deadline: Instant, of task: TaskView, at now: Instant) -> String {
        let left = (deadline - (task.endedAt ?? now)).inSeconds
        if left < 0 { return "\(deadline), late by \(duration(seconds: -left))" }
        switch task.state {
        case .succeeded: return "\(deadline), kept"
        case .failed, .canceled, .rejected: return "\(deadline)"
        default: return "\(deadline), in \(duration(seconds: left))"
        }
    }

    /// What a person is asked, and how to answer.
    public static func question(_ question: Question, of task: TaskID, at now: Instant) -> [String] {
        let left = duration(seconds: (question.dueAt - now).inSeconds)
        let options = question.options.joined(separator: "|")
        return [
            "asks      \(question.channel): \(question.text)",
            "          \(question.defaultOption) in \(left), unless: pons task answer \(task) \(options)",
        ]
    }

    /// E.g. `1 step`, `3 steps`.
    public static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// Steps that are done, of all that count, e.g. `3/5`.
    public static func steps(_ task: TaskView) -> String {
        let newest = task.steps.filter { $0.revision == task.revision || $0.state.isFinal }
        let done = newest.count { $0.state == .succeeded }
        return newest.isEmpty ? "–" : "\(done)/\(newest.count)"
    }
}
