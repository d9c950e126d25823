import Foundation

/// How the whole set went: a row for each task, and sums for each form.
struct CoherentReport: Encodable {
    struct Row: Encodable {
        let file: String
        let task: Int
        let humanSteps: Int
        var goals: CoherentOutcome?
        var words: CoherentOutcome?

        enum CodingKeys: String, CodingKey {
            case file, task, goals, words
            case humanSteps = "human_steps"
        }
    }

    /// Steps and seconds are of the solved tasks alone, as are the person's.
    struct Total: Encodable {
        var tasks = 0
        var solved = 0
        var asked = 0
        var failed = 0
        /// Solved with more than one plan.
        var replanned = 0
        var steps = 0
        var humanSteps = 0
        var makespanSeconds = 0.0
        var stepSeconds = 0.0

        enum CodingKeys: String, CodingKey {
            case tasks, solved, asked, failed, replanned, steps
            case humanSteps = "human_steps"
            case makespanSeconds = "makespan_s"
            case stepSeconds = "steps_s"
        }

        mutating func add(_ outcome: CoherentOutcome, humanSteps: Int) {
            tasks += 1
            switch outcome.result {
            case .asked: asked += 1
            case .failed: failed += 1
            case .solved:
                solved += 1
                replanned += outcome.revision > 1 ? 1 : 0
                steps += outcome.steps
                self.humanSteps += humanSteps
                makespanSeconds += outcome.makespanSeconds
                stepSeconds += outcome.stepSeconds
            }
        }
    }

    let withoutIDs: Bool
    let shuffleSeed: UInt64?
    private(set) var rows: [Row] = []
    private(set) var goals: Total?
    private(set) var words: Total?

    enum CodingKeys: String, CodingKey {
        case goals, words
        case rows = "tasks"
        case withoutIDs = "without_ids"
        case shuffleSeed = "shuffled"
    }

    init(withoutIDs: Bool, shuffleSeed: UInt64?) {
        self.withoutIDs = withoutIDs
        self.shuffleSeed = shuffleSeed
    }

    mutating func add(_ row: Row) {
        rows.append(row)
        if let outcome = row.goals {
            var total = goals ?? Total()
            total.add(outcome, humanSteps: row.humanSteps)
            goals = total
        }
        if let outcome = row.words {
            var total = words ?? Total()
            total.add(outcome, humanSteps: row.humanSteps)
            words = total
        }
    }

    /// Whether every task succeeded that the brain didn't ask about.
    var isWell: Bool { [goals, words].allSatisfy { ($0?.failed ?? 0) == 0 } }

    func text(_ format: BenchFormat) throws -> String {
        switch format {
        case .table: return table
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}
