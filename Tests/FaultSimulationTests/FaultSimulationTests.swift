import BuiltInSkills
import FaultSimulation
import Manifests
import PlanRules
import RobotModel
import Testing

/// The shipping core under seeded faults, in virtual time. A failing seed is
/// printed, and gives the same run again.
struct FaultSimulationTests {
    static let seeds: ClosedRange<UInt64> = 1...10

    @Test(arguments: seeds)
    func `every task ends, and nothing happens twice, whatever fails`(seed: UInt64) throws {
        var simulator = FaultSimulator(scenario: try scenario(), seed: seed)
        let report = try simulator.run()
        #expect(report.violations.isEmpty, "seed \(seed): \(report.violations)")
        #expect(report.faults.values.reduce(0, +) > 3, "seed \(seed) has hardly any fault: \(report.faults)")
    }

    @Test func `without faults every task succeeds`() throws {
        var scenario = try scenario()
        scenario.faultyPeriod = .zero
        scenario.skillFailureOneIn = 0
        var simulator = FaultSimulator(scenario: scenario, seed: 1)
        let report = try simulator.run()
        #expect(report.endings == [.succeeded: scenario.tasks.count])
        #expect(report.violations.isEmpty)
    }

    @Test func `most tasks succeed in spite of the faults`() throws {
        var ended: [TaskState: Int] = [:]
        for seed in Self.seeds {
            var simulator = FaultSimulator(scenario: try scenario(), seed: seed)
            ended.merge(try simulator.run().endings, uniquingKeysWith: +)
        }
        let all = ended.values.reduce(0, +)
        #expect((ended[.succeeded] ?? 0) * 10 >= all * 7, "\(ended)")
    }

    @Test func `the same seed gives the same run`() throws {
        var first = FaultSimulator(scenario: try scenario(), seed: 7)
        var second = FaultSimulator(scenario: try scenario(), seed: 7)
        let (one, other) = (try first.run(), try second.run())
        let difference = zip(one.log, other.log).first { $0 != $1 }
        #expect(difference == nil, "the first line that differs: \(difference.map { "\($0)\n\($1)" } ?? "")")
        #expect(one == other)
    }

    // MARK: The site

    /// Two rooms with an open door, six items on four tables, and three robots
    /// that can do everything.
    private func scenario() throws -> FaultScenario {
        let skills = try BuiltInSkills.manifestTexts.map {
            try ManifestReader().skill(yaml: $0.yaml, file: $0.name.rawValue)
        }
        var scene = SceneDescription(name: "two rooms")
        func add(_ id: EntityID, _ types: String..., facts: Fact...) {
            scene.entities.append(Entity(id: id, types: types))
            scene.facts += facts
        }
        add("office", "room")
        add("store", "room")
        add(
            "gate", "door", facts: Fact("connects", "gate", "office", "store"), Fact("open", "gate"),
            Fact("in", "gate", "office"), Fact("in", "gate", "store"))
        let tables: [EntityID] = ["desk", "bench", "shelf", "rack"]
        for (index, table) in tables.enumerated() {
            add(table, "surface", facts: Fact("in", table, index < 2 ? "office" : "store"))
        }
        let items = (1...6).map { EntityID("box\($0)") }
        for (index, item) in items.enumerated() {
            add(item, "item", facts: Fact("on", item, tables[index % 4]))
        }
        scene.robots = ["amy", "bob", "cleo"].map { name in
            let id = EntityID(name)
            return RobotDescription(
                id: RobotID(name), embodiment: "mobile_manipulator",
                skills: ["navigate", "enter", "pick", "place"],
                facts: [
                    Fact("in", id, "office"), Fact("ground_robot", id), Fact("tall", id),
                    Fact("long_reach", id),
                ])
        }
        let tasks = items.enumerated().map { index, item in
            TaskRequest(
                .goal(Goal(.literal(Literal(Fact("on", item, tables[(index + 2) % 4]))))), priority: index % 2
            )
        }
        return FaultScenario(team: Team(robots: scene.robots, skills: skills), scene: scene, tasks: tasks)
    }
}
