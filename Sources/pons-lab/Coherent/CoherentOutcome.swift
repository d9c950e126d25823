import RobotModel

/// How one task went in one form.
struct CoherentOutcome: Encodable {
    enum Result: String, Encodable {
        /// It ended well, and the goal's facts are in shared memory.
        case solved
        /// The brain asked which thing is meant.
        case asked
        case failed
    }

    struct Reason: Encodable {
        let code: String
        let message: String
        var suggestions: [String] = []

        var text: String {
            let near = suggestions.isEmpty ? "" : " (near: \(suggestions.joined(separator: ", ")))"
            return "\(code): \(message)\(near)"
        }
    }

    let result: Result
    var steps = 0
    /// Plans made; more than one where a step failed on the way.
    var revision: UInt32 = 0
    /// Of the newest plan: from its start to its end, and all its steps one
    /// after the other.
    var makespanSeconds = 0.0
    var stepSeconds = 0.0
    var reason: Reason?

    enum CodingKeys: String, CodingKey {
        case result, steps, revision, reason
        case makespanSeconds = "makespan_s"
        case stepSeconds = "steps_s"
    }

    init(failure code: String, _ message: String) {
        result = .failed
        reason = Reason(code: code, message: message)
    }

    /// - Parameter missing: what of the goal shared memory doesn't say.
    init(_ task: TaskView, missing: [Literal]) {
        steps = task.steps.count { $0.state == .succeeded }
        revision = task.revision
        makespanSeconds = task.expectedMakespanSeconds ?? 0
        stepSeconds = task.steps.reduce(0) { sum, step in
            sum + (step.revision == task.revision ? step.step.expectedDurationSeconds : 0)
        }
        if let rejection = task.rejection {
            result = rejection.code == .ambiguous ? .asked : .failed
            reason = Reason(
                code: rejection.code.rawValue, message: rejection.message, suggestions: rejection.suggestions)
        } else if task.state != .succeeded {
            result = .failed
            reason = Reason(
                code: task.failure?.code.rawValue ?? task.state.rawValue,
                message: task.failure?.message ?? "the task ended as \(task.state.rawValue)")
        } else if !missing.isEmpty {
            result = .failed
            reason = Reason(
                code: "goalUnmet",
                message: "the task succeeded, and yet memory doesn’t say "
                    + missing.map(\.description).joined(separator: " and "))
        } else {
            result = .solved
        }
    }
}
