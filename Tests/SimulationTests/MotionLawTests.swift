import BuiltInSkills
import Manifests
import RobotModel
import Testing

@testable import Simulation

/// The world's laws and the shipped manifests say the same.
struct MotionLawTests {
    @Test(arguments: MotionKind.allCases.filter { $0 != .wipe })
    func `the law of a motion is what the manifest promises the planner`(_ kind: MotionKind) throws {
        let law = kind.law
        let text = try #require(BuiltInSkills.manifestTexts.first { $0.name == law.name })
        let manifest = try ManifestReader().skill(yaml: text.yaml, file: "\(law.name)/skill.yaml")
        #expect(Set(law.conditions.start) == Set(manifest.conditions.start))
        #expect(Set(law.conditions.hold) == Set(manifest.conditions.hold))
        #expect(Set(law.effects.success) == Set(manifest.effects.success))
        #expect(law.parameters.map(\.name) == manifest.parameters.map(\.name))
        #expect(law.parameters.map(\.type) == manifest.parameters.map(\.type))
        #expect(law.duration.typicalSeconds == manifest.duration.typicalSeconds)
        #expect(law.duration.travelTo == manifest.duration.travelTo)
    }

    @Test func `every shipped skill has a law`() {
        let laws = Set(MotionKind.allCases.map(\.law.name))
        #expect(Set(BuiltInSkills.manifestTexts.map(\.name)).subtracting(laws).isEmpty)
    }
}
