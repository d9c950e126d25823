import RobotModel
import Testing

@testable import Coordination

struct ReplayTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `replaying the journal gives the same state`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var harness = CoordinationHarness(robots: ["r0", "r1", "r2"])
        var orders: [Invocation] = []
        var planned: [PlanOrder] = []
        for number in 0..<300 {
            harness.advance(.milliseconds(Int.random(in: 1...400, using: &random)))
            let robot = RobotID("r\(Int.random(in: 0..<3, using: &random))")
            var input: CoordinationInput
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                input = .taskSubmitted(TaskID("t\(number)"), TaskRequest(.words("x"), priority: number % 3))
            case 1: input = .robotLost(robot, reason: "silent")
            case 2: input = .robotLinked(harness.description(robot), running: [])
            case 3 where number % 4 == 0: input = .brainStarted(epoch: harness.machine.epoch + 1)
            case 4...5:
                guard let order = planned.popLast() else { continue }
                let steps = (0..<3).map { index in
                    step(
                        StepID("p\(order.revision)s\(index)"),
                        RobotID("r\(Int.random(in: 0..<3, using: &random))"),
                        after: index == 2 ? [StepID("p\(order.revision)s0")] : [])
                }
                input = .planProposed(
                    order.task, revision: order.revision, goal: Goal(.always), plan: Plan(steps: steps))
            default:
                guard let order = orders.randomElement(using: &random) else { continue }
                let isGood = Bool.random(using: &random)
                input = .attemptEnded(
                    order.attempt, order.token, isGood ? .succeeded : .failed(Failure(.skillError, "no")))
            }
            let actions = harness.send(input)
            orders += actions.invocations
            planned += actions.planOrders
        }
        var replayed = CoordinationMachine()
        for entry in harness.journal { _ = replayed.handle(entry.input, at: entry.at) }
        #expect(replayed == harness.machine, "seed \(seed)")
        // An order that is sent again keeps its token; every new one has a greater.
        var seen: Set<AttemptID> = []
        let fresh = orders.filter { seen.insert($0.attempt).inserted }.map(\.token)
        #expect(fresh == fresh.sorted() && Set(fresh).count == fresh.count, "seed \(seed)")
    }
}

/// SplitMix64; the same seed gives the same numbers everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
