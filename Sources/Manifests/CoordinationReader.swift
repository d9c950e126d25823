import RobotModel
import Yams

/// Reads how the coordinator is to behave. What a key leaves out is as
/// `CoordinationSettings` has it.
struct CoordinationReader {
    let map: MapReader

    func read() -> CoordinationSettings {
        var result = CoordinationSettings()
        set(&result.linkGrace, map, "link_grace_s")
        set(&result.overdueGrace, map, "overdue_grace_s")
        set(&result.planningLimit, map, "planning_limit_s")
        set(&result.headStart, map, "head_start_s")
        set(&result.keyRetention, map, "key_retention_s")
        if let most = map.count("most_plans", 1...1000) { result.mostRevisions = UInt32(most) }
        if let gap = map.count("preemption_gap", 1...1_000_000) { result.preemptionGap = Int(gap) }
        if let breaker = map.map("breaker") {
            if let failures = breaker.count("failures", 1...1000) { result.breakerFailures = Int(failures) }
            set(&result.breakerWindow, breaker, "window_s")
            set(&result.breakerPause, breaker, "pause_s")
            breaker.finish()
        }
        if let questions = map.map("questions") {
            result.questions = read(questions, usual: result.questions)
            questions.finish()
        }
        map.finish()
        return result
    }

    private enum Answer: String, CaseIterable { case fail, retry, replan, skip }

    private func read(_ questions: MapReader, usual: QuestionPolicy) -> QuestionPolicy {
        var result = usual
        result.channel = questions.identifier("channel") ?? usual.channel
        set(&result.timeout, questions, "timeout_s")
        if let answer = questions.choice("default", of: Answer.allCases) {
            result.defaultOption = answer.rawValue
        }
        result.escalation = questions.identifier("escalation")
        return result
    }

    /// Above zero, at most ten years, to the millisecond.
    private func set(_ duration: inout Duration, _ map: MapReader, _ key: String) {
        guard map.has(key) else {
            _ = map.value(key)
            return
        }
        guard let seconds = map.quantity(key) else { return }
        guard (0.001...315_360_000).contains(seconds) else {
            map.problems.note(.badValue, "\(key) must be from 0.001 to 315360000", at: map.value(key))
            return
        }
        duration = .milliseconds(Int64((seconds * 1000).rounded()))
    }
}
