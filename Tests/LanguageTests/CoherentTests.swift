import Foundation
import Language
import PlanRules
import RobotModel
import Testing

/// The English instructions of the COHERENT household set, against the goal
/// facts that come with them.
@Suite struct CoherentTests {
    @Test func `every instruction means its goal facts`() throws {
        guard let scenes = try CoherentScene.all() else { return }
        #expect(scenes.count == 42)
        #expect(scenes.allSatisfy { !$0.goalFacts().isEmpty })
        for scene in scenes {
            #expect(
                try facts(scene.goalInstruction[0], scene) == scene.goalFacts(), "\(scene.goalInstruction)")
        }
    }

    @Test func `ids may be exchanged`() throws {
        guard let scenes = try CoherentScene.all() else { return }
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SplitMix(seed)
        for scene in scenes {
            let ids = scene.initGraph.nodes.map(\.id)
            let other = scene.renumbered(
                Dictionary(uniqueKeysWithValues: zip(ids, ids.shuffled(using: &random))))
            #expect(
                try facts(other.goalInstruction[0], other) == other.goalFacts(),
                "\(other.goalInstruction), seed \(seed)")
        }
    }

    @Test func `without ids a name of several things is asked about, and all else is understood`() throws {
        guard let scenes = try CoherentScene.all() else { return }
        var asked: [String] = []
        for scene in scenes {
            do {
                #expect(
                    try facts(scene.plainInstruction, scene) == scene.goalFacts(), "\(scene.plainInstruction)"
                )
            } catch let error as Rejection where error.code == .ambiguous {
                asked.append("\(scene.envId)/\(scene.taskId) \(error.parts.joined())")
                let (world, _) = scene.world()
                let named = scene.initGraph.nodes.filter { error.parts[0].hasSuffix($0.className) }
                #expect(named.count > 1)
                #expect(error.suggestions.count == named.count)
                #expect(
                    error.suggestions.allSatisfy { $0.contains("(") },
                    "\(error.suggestions) in \(world.facts.count) facts")
            }
        }
        #expect(
            asked == [
                "0/6 the bed", "0/8 the socks", "0/9 the plate", "1/1 the chair", "1/2 the plate",
                "1/10 the plate",
            ])
    }

    private func facts(_ words: String, _ scene: CoherentScene) throws -> Set<Fact> {
        let (world, robots) = scene.world()
        let context = LanguageContext(team: Team(robots: robots, skills: try Fixtures.skills()), world: world)
        let goal = try Interpreter().interpret(words, in: context)
        #expect(goal.stages.count == 1)
        #expect(goal.stages.allSatisfy { $0.performer == .any })
        guard case .achieve(let formula)? = goal.stages.first?.aim else { return [] }
        return Set(
            formula.description.split(separator: " and ").compactMap { try? FactSyntax().fact(String($0)) })
    }
}

/// A small random generator whose seed can be given again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
