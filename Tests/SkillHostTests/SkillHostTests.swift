import Foundation
import MessageBus
import RobotModel
import SkillHost
import SkillKit
import Testing
import WireFormat
import ZeroMQ

/// A skill host at the door of an edge, over a real ROUTER.
@Suite(.timeLimit(.minutes(1))) struct SkillHostTests {
    @Test func `it offers its robots and skills`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                let hello = await door.joined()
                #expect(hello.role == .skillHost)
                #expect(hello.robots.map(\.robot) == ["dog"])
                #expect(hello.robots[0].skills == ["doubt", "echo", "hang", "see", "wait"])
                #expect(hello.robots[0].description?.embodiment == "quadruped")
                #expect(hello.robots[0].attempts.isEmpty)
            }
        }
    }

    @Test func `an order runs, and one told twice gets the first one's result`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                let order = order("a", 1, arguments: ["text": .text("hello")])
                door.send(.invoke(order))
                // Over so soon that nobody is told that it was accepted.
                let outcome = AttemptOutcome.succeeded(returns: ["text": .text("hello")], observed: [])
                #expect(await door.result(of: "a") == outcome)
                door.send(.invoke(order))
                #expect(await door.next() == .result(order.attempt, order.token, outcome))
            }
        }
    }

    @Test func `an order with an older token is refused`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(order("a", 5)))
                #expect(await door.result(of: "a").failure == nil)
                door.send(.invoke(order("b", 4)))
                #expect(await door.result(of: "b").failure?.code == .rejectedBySkill)
            }
        }
    }

    @Test func `a cancel stops the skill`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                let order = order("a", 1, skill: "wait")
                door.send(.invoke(order))
                #expect(await door.next() == .accept(order.attempt, order.token))
                door.send(.cancel(order.attempt, order.token, reason: "a person said so"))
                #expect(await door.result(of: "a").failure?.code == .canceled)
            }
        }
    }

    @Test func `a cancel leaves alone what is to finish`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                let order = order("a", 1, skill: "wait", cancel: .finish, timeout: .seconds(1))
                door.send(.invoke(order))
                #expect(await door.next() == .accept(order.attempt, order.token))
                door.send(.cancel(order.attempt, order.token, reason: "a person said so"))
                #expect(await door.result(of: "a").failure?.code == .timeout)
            }
        }
    }

    @Test func `a skill that takes too long has failed by its time-out`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(order("a", 1, skill: "wait", timeout: .milliseconds(50))))
                #expect(await door.result(of: "a").failure?.code == .timeout)
            }
        }
    }

    @Test func `an unknown skill is refused`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(order("a", 1, skill: "fly")))
                #expect(await door.result(of: "a").failure?.code == .rejectedBySkill)
            }
        }
    }

    @Test func `the dead-man stops what stops without a link once nobody renews its right`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                let order = order("a", 1, skill: "wait", onLinkLoss: .stop)
                door.send(.invoke(order))
                #expect(await door.next() == .accept(order.attempt, order.token))
                let cut = SuspendingClock.now
                // The session goes on; only the right to move ends.
                door.allowMotion(false)
                let failure = await door.result(of: "a").failure
                #expect(failure?.code == .canceled)
                #expect(failure?.message.contains("renewed") == true)
                #expect(SuspendingClock.now - cut < .seconds(15))
                // Nothing new is obeyed: the host says hello instead, and has nothing of it.
                let next = self.order("b", 2)
                door.send(.invoke(next))
                let hello = await door.joined { $0.robots[0].highestToken == order.token }
                #expect(!hello.robots[0].attempts.contains { $0.attempt == next.attempt })
                door.allowMotion(true)
                door.hangUp()
                _ = await door.joined()
                door.send(.invoke(next))
                #expect(await door.result(of: "b").failure == nil)
            }
        }
    }

    @Test func `a new session within the motion lease finds the attempt still running`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                let order = order("a", 1, skill: "wait", onLinkLoss: .stop)
                door.send(.invoke(order))
                #expect(await door.next() == .accept(order.attempt, order.token))
                door.hangUp()
                let reports = await door.joined().robots.flatMap(\.attempts)
                #expect(reports == [AttemptReport(attempt: order.attempt, token: order.token)])
            }
        }
    }

    @Test func `what a skill saw travels with its success`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(order("a", 1, skill: "see")))
                let seen = Literal(Fact("open", "fridge"), isPositive: false)
                #expect(await door.result(of: "a") == .succeeded(returns: [:], observed: [seen]))
            }
        }
    }

    @Test func `a skill is asked until one answer leads, and the tally goes along`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                var order = order("a", 1, skill: "doubt", idempotent: true)
                order.votes = VotePolicy(ahead: 3, most: 50)
                door.send(.invoke(order))
                let returns: [String: Value] = ["answer": .number(42), "votes.tally": .text("8 5")]
                // 0 void 0 42 42 0 42 42 0 42 42 0 42 42
                #expect(await door.result(of: "a") == .succeeded(returns: returns, observed: []))
                order = self.order("b", 2, skill: "doubt")
                order.votes = VotePolicy(ahead: 3)
                door.send(.invoke(order))
                #expect(await door.result(of: "b").failure?.code == .rejectedBySkill)
            }
        }
    }

    @Test func `a skill that can’t be stopped keeps its robot from new work until it ends`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(order("a", 1, skill: "hang", timeout: .milliseconds(50))))
                #expect(await door.result(of: "a").failure?.code == .timeout)
                door.send(.invoke(order("b", 2)))
                #expect(await door.result(of: "b").failure?.code == .resourceConflict)
                StubbornSkill.go.continuation.yield()
                var (code, token) = (FailureCode?.some(.resourceConflict), UInt64(3))
                while code == .resourceConflict {
                    door.send(.invoke(order(StepID("c\(token)"), token)))
                    code = await door.result(of: StepID("c\(token)")).failure?.code
                    token += 1
                }
                #expect(code == nil)
            }
        }
    }

    @Test func `a lost session leaves alone what goes on without a link`() async throws {
        try await Door.with { door in
            try await door.withHost { _ in
                _ = await door.joined()
                let order = order("a", 1, skill: "wait", onLinkLoss: .continue)
                door.send(.invoke(order))
                #expect(await door.next() == .accept(order.attempt, order.token))
                door.hangUp()
                let reports = await door.joined().robots.flatMap(\.attempts)
                #expect(reports == [AttemptReport(attempt: order.attempt, token: order.token)])
                door.send(.cancel(order.attempt, order.token, reason: "enough"))
                #expect(await door.result(of: "a").failure?.code == .canceled)
            }
        }
    }

    @Test func `a restarted host knows its results and its fence`() async throws {
        try await Door.with { door in
            let first = order("a", 7)
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(first))
                #expect(await door.result(of: "a").failure == nil)
            }
            try await door.withHost { _ in
                let hello = await door.joined()
                #expect(hello.robots[0].highestToken == first.token)
                #expect(hello.robots[0].attempts.map(\.attempt) == [first.attempt])
                #expect(hello.robots[0].attempts[0].outcome?.failure == nil)
                door.send(.resultStored(first.attempt, first.token))
                door.send(.invoke(order("b", 6)))
                #expect(await door.result(of: "b").failure?.code == .rejectedBySkill)
            }
        }
    }

    @Test func `an order that a crash cut short is told as such`() async throws {
        try await Door.with { door in
            let cut = order("a", 3, skill: "wait")
            try await door.withHost { _ in
                _ = await door.joined()
                door.send(.invoke(cut))
                #expect(await door.next() == .accept(cut.attempt, cut.token))
                // What a crash would leave on disk at this moment.
                try door.keepLedger()
            }
            try door.restoreLedger()
            try await door.withHost { _ in
                let report = try #require(
                    await door.joined { $0.robots[0].highestToken == cut.token }.robots[0].attempts.first)
                #expect(report.attempt == cut.attempt)
                #expect(report.outcome?.failure?.code == .robotLost)
            }
        }
    }

    @Test(arguments: [("", ["dog"]), ("bad name", ["dog"]), ("host", []), ("host", ["dog", "dog"])])
    func `a bad declaration is refused`(name: String, robots: [String]) {
        #expect(throws: SkillHostError.self) {
            _ = try SkillHost(
                name: name, edge: "tcp://127.0.0.1:1",
                robots: robots.map { RobotDescription(id: RobotID($0), embodiment: "x") }, skills: [],
                ledgerPath: "/nowhere/at/all", logger: quiet)
        }
    }

    @Test func `a ledger that can't be opened is an error`() {
        #expect {
            _ = try SkillHost(
                name: "host", edge: "tcp://127.0.0.1:1",
                robots: [RobotDescription(id: "dog", embodiment: "x")],
                skills: [], ledgerPath: "/nowhere/at/all", logger: quiet)
        } throws: { ($0 as? SkillHostError)?.code == .ledger }
    }

    private func order(
        _ step: StepID, _ token: UInt64, skill: SkillName = "echo", arguments: [String: Value] = [:],
        onLinkLoss: OnLinkLoss = .stop, cancel: CancelMode = .stop, timeout: Duration = .seconds(30),
        idempotent: Bool = false
    ) -> Invocation {
        Invocation(
            attempt: AttemptID(task: "t", step: step, number: 1),
            token: FencingToken(epoch: 1, counter: token), robot: "dog", skill: skill,
            arguments: arguments, timeout: timeout, onLinkLoss: onLinkLoss, cancel: cancel,
            idempotent: idempotent)
    }
}
