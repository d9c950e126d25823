import Foundation
import RobotModel
import Testing

@testable import Coordination

/// What holds whatever comes in. More seeds: `PONS_CORE_SEEDS=0..<1000`.
struct PropertyTests {
    static let seeds: Range<UInt64> = {
        let bounds = ProcessInfo.processInfo.environment["PONS_CORE_SEEDS"]?.split(separator: "..<")
        guard let bounds, bounds.count == 2, let low = UInt64(bounds[0]), let high = UInt64(bounds[1]) else {
            return 0..<24
        }
        return low..<high
    }()

    @Test(arguments: seeds)
    func `whatever comes in, the core stays sound, replays, and every task can end`(seed: UInt64) throws {
        var world = WildWorld(seed: seed)
        for _ in 0..<400 {
            world.upset()
            guard world.flaws.isEmpty else { break }
        }
        #expect(world.flaws.first == nil, "seed \(seed), input \(world.harness.journal.count)")
        try #require(world.flaws.isEmpty)
        try expectReplay(of: world, seed)
        let isCalm = world.calmDown()
        #expect(world.flaws.first == nil, "seed \(seed), input \(world.harness.journal.count)")
        let left = world.machine.taskViews.map {
            "\($0.id): \($0.state), \($0.note), \($0.steps.filter { !$0.state.isFinal }.map { "\($0.step.id) \($0.step.robot) \($0.state)" })"
        }
        #expect(isCalm, "seed \(seed): \(left)")
    }

    /// The journal replayed, with and without a snapshot on the way, gives the
    /// same state and the same actions.
    private func expectReplay(of world: WildWorld, _ seed: UInt64) throws {
        let journal = world.harness.journal
        var replayed = CoordinationMachine()
        var restored: CoordinationMachine?
        for (index, entry) in journal.enumerated() {
            let actions = replayed.handle(entry.input, at: entry.at)
            if restored != nil {
                #expect(
                    restored?.handle(entry.input, at: entry.at) == actions, "seed \(seed), input \(index)")
            } else if index == journal.count / 2 {
                restored = try CoordinationMachine(encoded: replayed.encoded())
                #expect(restored == replayed, "seed \(seed)")
            }
        }
        #expect(replayed == world.machine, "seed \(seed)")
        #expect(try replayed.encoded() == world.machine.encoded(), "seed \(seed)")
        #expect(try restored?.encoded() == world.machine.encoded(), "seed \(seed)")
    }
}
