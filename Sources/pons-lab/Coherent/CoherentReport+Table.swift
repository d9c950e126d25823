import Foundation

extension CoherentReport {
    /// For people: a line for each task, with reasons below it, and the sums.
    var table: String {
        let fileWidth = rows.map(\.file.count).max() ?? 0
        var text = Self.line("FILE", width: fileWidth, "TASK", "HUMAN", "GOALS", "WORDS")
        for row in rows {
            text += Self.line(
                row.file, width: fileWidth, "\(row.task)", "\(row.humanSteps)", Self.cell(row.goals),
                Self.cell(row.words))
            for (form, outcome) in [("goals", row.goals), ("words", row.words)] {
                if let reason = outcome?.reason { text += "    \(form): \(reason.text)\n" }
            }
        }
        text += "\n"
        if let goals { text += "as goals: \(Self.sentence(goals))\n" }
        if let words { text += "as words\(withoutIDs ? " without ids" : ""): \(Self.sentence(words))\n" }
        return text
    }

    private static func line(_ file: String, width: Int, _ cells: String...) -> String {
        let name = file + String(repeating: " ", count: max(0, width - file.count))
        let columns = cells.map { String(repeating: " ", count: max(0, 7 - $0.count)) + $0 }
        return name + columns.joined() + "\n"
    }

    /// The steps where it is solved.
    private static func cell(_ outcome: CoherentOutcome?) -> String {
        guard let outcome else { return "–" }
        return outcome.result == .solved ? "\(outcome.steps)" : outcome.result.rawValue
    }

    private static func sentence(_ total: Total) -> String {
        let seconds = String(
            format: "%.0f s in parallel, %.0f s one by one", total.makespanSeconds, total.stepSeconds)
        return """
            \(total.solved) of \(total.tasks) solved, \(total.asked) asked about, \(total.failed) failed; \
            \(total.steps) steps (a person: \(total.humanSteps)), \(seconds)\
            \(total.replanned > 0 ? "; \(total.replanned) planned anew on the way" : "")
            """
    }
}
