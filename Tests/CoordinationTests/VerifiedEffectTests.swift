import RobotModel
import Testing

@testable import Coordination

/// A success changes facts only as far as its robot's own eyes don't object.
struct VerifiedEffectTests {
    private func ended(
        claiming effects: [Effect], seeing observed: [Literal], _ change: (inout PlanStep) -> Void = { _ in }
    ) -> ([CoordinationAction], CoordinationHarness) {
        var harness = CoordinationHarness()
        let order = harness.start(
            "t",
            steps: [
                step("a", "dog", retries: 1) {
                    $0.terms.effects = effects
                    change(&$0)
                }
            ]
        ).invocations[0]
        return (harness.end(order, .succeeded(returns: [:], observed: observed)), harness)
    }

    private let on = Literal("on", [.entity("mug"), .entity("table")])
    private let holding = Literal("holding", [.entity("dog"), .any])

    @Test func `an observation that bears it out, or doesn't speak of it, leaves a success one`() {
        for seen in [[], [on], [Literal("on", [.entity("cup"), .entity("table")], isPositive: false)]] {
            let (actions, harness) = ended(claiming: [Effect(on)], seeing: seen)
            #expect(actions.claims.map(\.standing) == [.success])
            #expect(actions.claims.map(\.observed) == [seen])
            #expect(harness.state("t", "a") == .succeeded)
        }
    }

    @Test func `one that contradicts it makes it a failure, and what was seen is entered`() {
        let (actions, harness) = ended(claiming: [Effect(on)], seeing: [on.negated])
        #expect(actions.claims.map(\.standing) == [.doubt])
        #expect(actions.claims.map(\.observed) == [[on.negated]])
        #expect(harness.state("t", "a") == .failed)
        #expect(actions.planOrders.count == 1)
        #expect(
            harness.task("t")?.failure
                == Failure(
                    .effectUnverified,
                    "dog: work() said it was done, but on(mug, table) was seen not to hold"))
    }

    @Test func `nothing of the kind was seen: a wildcard contradicts as well`() {
        let nothing = Literal("on", [.any, .entity("table")], isPositive: false)
        let (_, harness) = ended(claiming: [Effect(on)], seeing: [nothing])
        #expect(harness.task("t")?.failure?.code == .effectUnverified)
    }

    @Test func `a hand that was to be empty and isn't contradicts`() {
        let held = Literal("holding", [.entity("dog"), .entity("mug")])
        let (_, harness) = ended(claiming: [Effect(holding.negated)], seeing: [held])
        #expect(harness.task("t")?.failure?.code == .effectUnverified)
    }

    @Test func `what one effect takes back and another brings about isn't a contradiction`() {
        let (here, there) = (
            Literal("at", [.entity("dog"), .any]), Literal("at", [.entity("dog"), .entity("hall")])
        )
        let (_, harness) = ended(claiming: [Effect(here.negated), Effect(there)], seeing: [there])
        #expect(harness.state("t", "a") == .succeeded)
    }

    @Test func `of effects under a condition nothing is demanded`() {
        let (_, harness) = ended(claiming: [Effect(on, when: [holding])], seeing: [on.negated])
        #expect(harness.state("t", "a") == .succeeded)
    }

    @Test func `a round that isn't the last claims nothing yet, and what it saw is entered`() {
        let (actions, harness) = ended(claiming: [Effect(on)], seeing: [on.negated]) {
            $0.terms.repeats = RepeatPolicy(until: "over")
        }
        #expect(actions.claims.map(\.standing) == [.unchanged])
        #expect(actions.invocations.count == 1)
        #expect(harness.task("t")?.failure == nil)
    }
}

/// Steps that repeat.
struct RoundTests {
    private func begin(most: UInt64? = nil, _ harness: inout CoordinationHarness) -> Invocation {
        harness.start(
            "t",
            steps: [
                step("a", "dog") {
                    $0.arguments = ["n": .number(3), "fixed": .text("x")]
                    $0.terms.repeats = RepeatPolicy(until: "over", most: most)
                }
            ]
        ).invocations[0]
    }

    private func round(_ number: Double, isOver: Bool = false) -> AttemptOutcome {
        .succeeded(
            returns: ["n": .number(number), "over": .boolean(isOver), "other": .number(1)], observed: [])
    }

    @Test func `what a round returns is what the next one gets, under a new token`() {
        var harness = CoordinationHarness()
        let first = begin(&harness)
        let second = harness.end(first, round(2)).invocations
        #expect(second.map(\.arguments) == [["n": .number(2), "fixed": .text("x")]])
        #expect(second.map(\.attempt.number) == [2])
        #expect(second[0].token > first.token)
        #expect(harness.end(second[0], round(1, isOver: true)).goalChecks == ["t"])
        #expect(harness.task("t")?.steps.map(\.rounds) == [1])
    }

    @Test func `a failed round is tried again with the same arguments, each round with tries of its own`() {
        var harness = CoordinationHarness()
        var order = begin(&harness)
        for number in 1...5 {
            harness.end(order, .failed(.skillError))
            let again = harness.fire(.retryDue("t", "a")).invocations[0]
            #expect(again.arguments["n"] == order.arguments["n"])
            order = harness.end(again, round(Double(number))).invocations[0]
        }
        #expect(harness.state("t") == .running)
    }

    @Test func `after the most rounds it has failed`() {
        var harness = CoordinationHarness()
        var order = begin(most: 3, &harness)
        for _ in 1...2 { order = harness.end(order, round(1)).invocations[0] }
        harness.end(order, round(1))
        #expect(harness.state("t") == .failed)
        #expect(harness.task("t")?.failure?.message.contains("3 rounds") == true)
    }

    @Test func `a pause comes between two rounds`() {
        var harness = CoordinationHarness()
        let order = begin(&harness)
        harness.order("t", .pause)
        #expect(harness.end(order, round(2)).invocations.isEmpty)
        #expect(harness.order("t", .resume).invocations.map(\.arguments["n"]) == [.number(2)])
    }

    @Test func `an order to skip it ends it between two rounds`() {
        var harness = CoordinationHarness()
        let order = begin(&harness)
        harness.order("t", .skip("a"))
        let actions = harness.end(order, round(2))
        #expect(actions.invocations.isEmpty)
        #expect(harness.state("t", "a") == .skipped)
        #expect(actions.goalChecks == ["t"])
    }
}

/// One key is one task, also after its end, for a while.
struct SubmissionKeyTests {
    @Test func `a key is kept over the task's end until its retention has passed`() {
        var harness = CoordinationHarness()
        let request = TaskRequest(.words("x"), idempotencyKey: "k")
        harness.send(.taskSubmitted("t", request))
        harness.cancel("t")
        harness.advance(harness.machine.settings.keyRetention)
        harness.send(.taskSubmitted("u", request))
        #expect(harness.machine.task(forKey: "k") == "t")
        harness.advance(.nanoseconds(1))
        harness.send(.taskSubmitted("v", request))
        #expect(harness.machine.task(forKey: "k") == "v")
    }

    @Test func `a key of a task that lives is never forgotten`() {
        var harness = CoordinationHarness()
        let request = TaskRequest(.words("x"), idempotencyKey: "k")
        harness.send(.taskSubmitted("t", request))
        harness.advance(.seconds(1_000_000))
        #expect(harness.send(.taskSubmitted("u", request)).isEmpty)
        #expect(harness.machine.task(forKey: "k") == "t")
    }

    @Test func `an id that is taken submits nothing`() {
        var harness = CoordinationHarness()
        harness.start("t", steps: [step("a", "dog")])
        #expect(harness.send(.taskSubmitted("t", TaskRequest(.words("y")))).isEmpty)
    }

    @Test func `tokens only grow, whatever epoch a shell gives`() {
        var harness = CoordinationHarness()
        let first = harness.start("t", steps: [step("a", "dog")]).invocations[0]
        harness.send(.brainStarted(epoch: 1))
        harness.send(.brainStarted(epoch: 0))
        harness.link("dog", running: [first.attempt])
        harness.link("arm")
        let second = harness.start("u", steps: [step("a", "arm")]).invocations[0]
        #expect(second.token > first.token)
    }
}
