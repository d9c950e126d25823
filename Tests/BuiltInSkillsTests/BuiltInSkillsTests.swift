import BuiltInSkills
import Manifests
import PonsTesting
import RobotModel
import SkillKit
import Testing

struct BuiltInSkillsTests {
    /// Each skill with arguments, and the one motion that it makes of them.
    static let calls: [(skill: SkillName, arguments: [String: Value], motion: String)] = [
        ("navigate", ["target": .entity("table")], "approach(table)"),
        ("enter", ["room": .entity("hall")], "enter(hall)"),
        ("pick", ["item": .entity("apple")], "grasp(apple)"),
        ("place", ["item": .entity("apple"), "surface": .entity("table")], "put_on(apple, table)"),
        ("insert", ["item": .entity("apple"), "container": .entity("box")], "put_into(apple, box)"),
        ("open", ["target": .entity("box")], "open(box)"),
        ("close", ["target": .entity("box")], "close(box)"),
        ("take_off", ["surface": .entity("roof")], "take_off()"),
        ("land", ["surface": .entity("roof")], "land(roof)"),
        ("mop", ["room": .entity("hall")], "clean(hall)"),
    ]

    private let robot = RobotDescription(id: "helper", embodiment: "anything")

    private func run(
        _ skill: SkillName, _ arguments: [String: Value], on bodies: ScriptedBodies,
        report: @escaping @Sendable (AttemptProgress) -> Void = { _ in }
    ) async throws -> [String: Value] {
        let code = try #require(BuiltInSkills.all.first { $0.name == skill })
        let id = AttemptID(task: "t", step: "s", number: 1)
        return try await code.run(
            SkillAttempt(
                id: id, robot: robot.id, arguments: arguments,
                body: try await bodies.body(of: robot.id, for: id),
                report: report))
    }

    @Test func `every skill has a manifest of its name with exactly its arguments`() throws {
        #expect(BuiltInSkills.all.map(\.name) == BuiltInSkills.manifestTexts.map(\.name))
        #expect(Set(BuiltInSkills.all.map(\.name)) == Set(Self.calls.map(\.skill)))
        for (name, yaml) in BuiltInSkills.manifestTexts {
            let manifest = try ManifestReader().skill(yaml: yaml, file: "\(name)/skill.yaml")
            #expect(manifest.name == name)
            #expect(manifest.host == .builtin)
            let call = try #require(Self.calls.first { $0.skill == name })
            #expect(Set(manifest.parameters.map(\.name)) == Set(call.arguments.keys))
        }
    }

    @Test(arguments: calls)
    func `a skill makes one motion`(_ call: (skill: SkillName, arguments: [String: Value], motion: String))
        async throws
    {
        let bodies = ScriptedBodies([robot])
        #expect(try await run(call.skill, call.arguments, on: bodies).isEmpty)
        #expect(await bodies.motions == [call.motion])
    }

    @Test(arguments: calls)
    func `a skill passes on why its body failed`(
        _ call: (skill: SkillName, arguments: [String: Value], motion: String)
    ) async {
        let failure = Failure(.unreachable, "a chair is in the way")
        let bodies = ScriptedBodies([robot], failures: [call.motion: failure])
        await #expect(throws: failure) { try await run(call.skill, call.arguments, on: bodies) }
    }

    @Test(arguments: calls)
    func `a skill without its arguments refuses before it moves`(
        _ call: (skill: SkillName, arguments: [String: Value], motion: String)
    ) async throws {
        for argument in call.arguments.keys {
            var arguments = call.arguments
            arguments[argument] = .number(7)
            let bodies = ScriptedBodies([robot])
            do {
                _ = try await run(call.skill, arguments, on: bodies)
                Issue.record("\(call.skill) took a number for \(argument)")
            } catch let failure as Failure {
                #expect(failure.code == .rejectedBySkill)
            }
            #expect(await bodies.motions.isEmpty)
        }
    }

    @Test(arguments: ["navigate", "enter", "mop"] as [SkillName])
    func `a skill that takes a while says how far it is`(_ skill: SkillName) async throws {
        let call = try #require(Self.calls.first { $0.skill == skill })
        await confirmation { told in
            _ = try? await run(call.skill, call.arguments, on: ScriptedBodies([robot])) { progress in
                #expect(progress.ratio == 0.5)
                told()
            }
        }
    }

    @Test func `scripted bodies behave as bodies must`() async throws {
        let conformance = BodyProviderConformance(
            robot: robot.id,
            allowed: { body in try await body.grasp("apple") },
            refused: { body in try await body.grasp("stone") },
            makeProvider: { [robot] in
                ScriptedBodies(
                    [robot], failures: ["grasp(stone)": Failure(.conditionUnmet, "it is nailed down")])
            })
        try await conformance.check()
    }
}
