import RobotModel

/// A small job for two robots: the dog brings an apple to a table, from which
/// the arm takes it.
enum SampleTask {
    static let robots = [
        RobotDescription(id: "dog", embodiment: "robot_dog", skills: ["navigate", "pick", "place"]),
        RobotDescription(id: "arm", embodiment: "fixed_arm", skills: ["pick"]),
    ]

    static func effect(_ predicate: String, _ arguments: EntityID...) -> Effect {
        Effect(Literal(Fact(predicate, arguments)))
    }

    static let steps = [
        PlanStep(
            id: "s1", robot: "dog", skill: "pick", arguments: ["item": .entity("apple")],
            expectedDurationSeconds: 3, terms: StepTerms(effects: [effect("holding", "dog", "apple")])),
        PlanStep(
            id: "s2", robot: "dog", skill: "place",
            arguments: ["item": .entity("apple"), "surface": .entity("table")], after: ["s1"],
            expectedStartSeconds: 3, expectedDurationSeconds: 4,
            terms: StepTerms(effects: [effect("on", "apple", "table")])),
        PlanStep(
            id: "s3", robot: "arm", skill: "pick", arguments: ["item": .entity("apple")], after: ["s2"],
            expectedStartSeconds: 7, expectedDurationSeconds: 3,
            terms: StepTerms(effects: [effect("holding", "arm", "apple")])),
    ]

    static func instant(_ seconds: Double) -> Instant {
        Instant(nanosecondsSinceEpoch: 1_790_000_000_000_000_000) + .milliseconds(Int64(seconds * 1000))
    }

    /// The job, done: each step when it was expected.
    static func done(words: String = "give the apple to the arm") -> TaskView {
        TaskView(
            id: "t1", request: TaskRequest(.words(words)), state: .succeeded, revision: 1,
            steps: steps.map { step in
                StepView(
                    step: step, revision: 1, state: .succeeded, attempts: 1,
                    startedAt: instant(step.expectedStartSeconds),
                    endedAt: instant(step.expectedStartSeconds + step.expectedDurationSeconds))
            },
            receivedAt: instant(0), startedAt: instant(0), endedAt: instant(10))
    }

    /// The job with the last step yet to come.
    static func underWay() -> TaskView {
        var task = done()
        task.state = .running
        task.endedAt = nil
        task.steps[2].state = .blocked
        task.steps[2].attempts = 0
        task.steps[2].startedAt = nil
        task.steps[2].endedAt = nil
        return task
    }
}
