import RobotModel
import Testing

@testable import Coordination

/// What is told of a task from its records alone.
struct ExplanationTests {
    @Test func `time goes where it went, to the nanosecond`() throws {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("do t"), asksPeople: true)))
        harness.advance(.seconds(1))
        let first = try #require(
            harness.propose("t", revision: 1, steps: [step("a", "dog"), step("b", "arm", after: ["a"])])
                .invocations.first)
        harness.advance(.seconds(2))
        harness.end(first, .failed(Failure(.skillError, "slipped")))
        harness.advance(.milliseconds(500))
        let second = try #require(harness.send(.timerFired(.retryDue("t", "a"))).invocations.first)
        harness.advance(.seconds(3))
        harness.send(.taskOrdered("t", .pause, PersonOrder(by: "anna")))
        harness.end(second)
        harness.advance(.seconds(4))
        let third = try #require(
            harness.send(.taskOrdered("t", .resume, PersonOrder(by: "anna"))).invocations.first)
        harness.advance(.seconds(5))
        harness.end(third)
        harness.advance(.milliseconds(7))
        harness.send(.goalChecked("t", revision: 1, unmet: nil))

        let told = try explain("t", harness)
        #expect(told.state == .succeeded)
        #expect(
            told.phases.map { "\($0.activity) \($0.duration.inSeconds)" } == [
                "planning 1.0", "working 2.0", "backOff 0.5", "working 3.0", "paused 4.0", "working 5.0",
                "checking 0.007",
            ])
        #expect(told.spent.first == .init(.working, seconds: 10))
        #expect(told.steps.map(\.seconds) == [5, 5])
        #expect(told.steps.map(\.attempts) == [2, 1])
        #expect(
            told.criticalPath.map { $0.step.map { "\($0)" } ?? "\($0.activity)" } == [
                "planning", "a", "backOff", "a", "paused", "b", "checking",
            ])
        #expect(isWhole(told))
    }

    @Test func `who is waited for is told, and what`() throws {
        var harness = CoordinationHarness()
        let busy = try #require(
            harness.start("u", steps: [step("u1", "dog", resources: ["door"])]).invocations.first)
        harness.start("t", steps: [step("a", "arm", resources: ["door"])])
        harness.advance(.seconds(1))
        harness.start("v", steps: [step("c", "dog")])
        harness.advance(.seconds(2))
        harness.end(busy)
        let told = try explain("t", harness)
        #expect(told.phases.first?.activity == .waitingForResources)
        #expect(told.phases.first?.note == "a needs door")
        let other = try explain("v", harness)
        #expect(other.phases.first?.activity == .waitingForRobots)
        #expect(other.phases.first?.note == "dog, which is at u")
        #expect(isWhole(told) && isWhole(other))
    }

    @Test func `choices, repairs and orders are told with their reasons`() throws {
        var harness = CoordinationHarness()
        harness.send(.taskSubmitted("t", TaskRequest(.words("do t"), requester: "anna")))
        var plan = Plan(steps: [step("a", "dog", retries: 1)], explanation: ["a: by dog; arm can’t reach"])
        let order = try #require(
            harness.send(.planProposed("t", revision: 1, goal: Goal(.always), plan: plan)).invocations.first)
        harness.advance(.seconds(1))
        let replan = harness.end(order, .failed(Failure(.skillError, "slipped")))
        #expect(replan.planOrders.count == 1)
        plan = Plan(steps: [step("r2a", "arm")], explanation: ["r2a: by arm; dog failed before"])
        let second = harness.send(.planProposed("t", revision: 2, goal: Goal(.always), plan: plan))
            .invocations[0]
        harness.accept(second)
        harness.send(.robotLost("arm", reason: "silent"))
        harness.send(.cancelRequested("t", by: "bert", reason: "enough"))
        let told = try explain("t", harness)
        func texts(_ kind: TaskExplanation.Chapter.Kind) -> [String] {
            told.chapters.filter { $0.kind == kind }.map(\.text)
        }
        #expect(texts(.choice) == ["a: by dog; arm can’t reach", "r2a: by arm; dog failed before"])
        #expect(texts(.attempt).first == "try 1 of dog: work() failed (skillError: slipped) after 1.0 s")
        #expect(texts(.repair).first?.hasPrefix("replan: dog: work() failed") == true)
        #expect(texts(.robot).contains("lost: silent"))
        #expect(texts(.task).last == "canceled")
        #expect(texts(.task).contains { $0.contains("canceled by bert: enough") })
        let records = told.chapters.map(\.record)
        #expect(records == records.sorted())
    }

    @Test func `a task that lives is told up to now, and one that never was isn’t`() throws {
        var harness = CoordinationHarness()
        harness.start("t", steps: [step("a", "dog")])
        var explainer = TaskExplainer("t")
        for (index, entry) in harness.journal.enumerated() {
            explainer.take(entry, record: UInt64(index) + 1)
        }
        let told = try #require(explainer.explanation(at: harness.now + .seconds(9)))
        #expect(told.phases.map(\.activity) == [.working])
        #expect(told.spent == [.init(.working, seconds: 9)])
        #expect(TaskExplainer("nobody").explanation() == nil)
    }

    @Test func `the rounds of a step that repeats are one piece`() throws {
        var harness = CoordinationHarness()
        var turning = step("a", "dog")
        turning.terms.repeats = RepeatPolicy(until: "done")
        var order = try #require(harness.start("t", steps: [turning]).invocations.first)
        for round in 1...50 {
            harness.advance(.seconds(1))
            let actions = harness.end(
                order, .succeeded(returns: ["done": .boolean(round == 50)], observed: []))
            order = actions.invocations.first ?? order
        }
        harness.send(.goalChecked("t", revision: 1, unmet: nil))
        let told = try explain("t", harness)
        #expect(told.state == .succeeded)
        #expect(told.chapters.filter { $0.kind == .attempt }.map(\.text).count == 1)
        #expect(told.steps.map(\.attempts) == [50] && told.steps.map(\.seconds) == [50])
        #expect(told.criticalPath.count == 1 && isWhole(told))
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `whatever happens, the parts make up the whole`(seed: UInt64) throws {
        let harness = randomRun(seed: seed)
        let ids = harness.machine.taskViews.map(\.id) + harness.archive.keys.sorted()
        #expect(ids.count > 3 && !harness.archive.isEmpty, "seed \(seed)")
        for id in ids {
            let told = try explain(id, harness)
            #expect(isWhole(told), "seed \(seed), \(id): \(told.phases) \(told.criticalPath)")
        }
    }

    @Test func `a snapshot is as good as all the records before it`() throws {
        let harness = randomRun(seed: 3)
        let id = try #require(harness.archive.keys.sorted().last)
        let whole = try explain(id, harness)
        var machine = CoordinationMachine()
        let before = Int(whole.firstRecord) - 1
        for entry in harness.journal.prefix(before) { _ = machine.handle(entry.input, at: entry.at) }
        machine = try CoordinationMachine(encoded: machine.encoded())
        var explainer = TaskExplainer(id, from: machine)
        for (index, entry) in harness.journal.enumerated().dropFirst(before) {
            explainer.take(entry, record: UInt64(index) + 1)
        }
        #expect(explainer.explanation() == whole)
    }

    // MARK: Support

    private func explain(_ id: TaskID, _ harness: CoordinationHarness) throws -> TaskExplanation {
        var explainer = TaskExplainer(id)
        for (index, entry) in harness.journal.enumerated() {
            explainer.take(entry, record: UInt64(index) + 1)
        }
        return try #require(explainer.explanation(at: harness.now))
    }

    /// Whether phases and critical path each go from the receipt to the end
    /// without gap or overlap.
    private func isWhole(_ told: TaskExplanation) -> Bool {
        let life = told.toldUntil - told.receivedAt
        func covers(_ spans: [(from: Instant, to: Instant)]) -> Bool {
            guard life > .zero else { return spans.isEmpty }
            return spans.first?.from == told.receivedAt && spans.last?.to == told.toldUntil
                && zip(spans, spans.dropFirst()).allSatisfy { $0.to == $1.from }
                && spans.reduce(Duration.zero) { $0 + ($1.to - $1.from) } == life
        }
        return covers(told.phases.map { ($0.from, $0.to) })
            && covers(told.criticalPath.map { ($0.from, $0.to) })
    }

    private func randomRun(seed: UInt64) -> CoordinationHarness {
        var random = SeededRandom(seed: seed)
        var harness = CoordinationHarness(robots: ["r0", "r1", "r2"])
        var orders: [Invocation] = []
        var planned: [PlanOrder] = []
        var checks: [CoordinationInput] = []
        for number in 0..<400 {
            harness.advance(.nanoseconds(Int.random(in: 1...400_000_000, using: &random)))
            let robot = RobotID("r\(Int.random(in: 0..<3, using: &random))")
            let input: CoordinationInput
            switch Int.random(in: 0..<12, using: &random) {
            case 0 where number % 3 == 0:
                input = .taskSubmitted(
                    TaskID("t\(number)"), TaskRequest(.words("x"), asksPeople: number % 2 == 0))
            case 1 where number % 3 == 0: input = .robotLost(robot, reason: "silent")
            case 2: input = .robotLinked(harness.description(robot), running: [])
            case 3 where number % 7 == 0: input = .brainStarted(epoch: harness.machine.epoch + 1)
            case 3:
                guard let task = harness.machine.taskViews.randomElement(using: &random) else { continue }
                let verb: TaskVerb = task.state == .paused ? .resume : .pause
                input = .taskOrdered(task.id, verb, PersonOrder(by: "anna"))
            case 4...5:
                guard let order = planned.popLast() else { continue }
                let steps = (0..<3).map { index in
                    step(
                        StepID("p\(order.revision)s\(index)"),
                        RobotID("r\(Int.random(in: 0..<3, using: &random))"),
                        after: index == 2 ? [StepID("p\(order.revision)s0")] : [],
                        resources: index == 1 ? ["door"] : [])
                }
                input = .planProposed(
                    order.task, revision: order.revision, goal: Goal(.always), plan: Plan(steps: steps))
            case 6 where !checks.isEmpty: input = checks.removeLast()
            default:
                guard let order = orders.popLast() else { continue }
                let isGood = Int.random(in: 0..<4, using: &random) > 0
                input = .attemptEnded(
                    order.attempt, order.token, isGood ? .succeeded : .failed(Failure(.skillError, "no")))
            }
            let actions = harness.send(input)
            orders += actions.invocations
            planned += actions.planOrders
            for case .checkGoal(let id, let revision, _) in actions {
                checks.append(.goalChecked(id, revision: revision, unmet: nil))
            }
        }
        // Some of them end here.
        for (number, task) in harness.machine.taskViews.enumerated() where number % 2 == 0 {
            harness.advance(.milliseconds(3))
            harness.send(.cancelRequested(task.id, by: "anna", reason: "enough"))
        }
        for order in orders {
            harness.advance(.milliseconds(3))
            harness.end(order)
        }
        return harness
    }
}
