import Manifests
import RobotModel
import Testing

@Suite struct SkillReaderTests {
    let reader = ManifestReader()

    @Test func `a full manifest gives every value`() throws {
        let skill = try reader.skill(yaml: Samples.fullSkill, file: "wipe.yaml")
        #expect(skill.name == "wipe")
        #expect(skill.version == "2.1.0")
        #expect(skill.parameters.map(\.name) == ["target", "strokes"])
        #expect(skill.parameters[1].default == .number(3))
        #expect(skill.parameters[1].unit == "count")
        #expect(skill.returns == [SkillParameter(name: "spot", type: "pose", frame: "map")])
        #expect(
            skill.conditions.start.map(\.description) == ["reach(self, ?target)", "not holding(self, *)"])
        #expect(skill.conditions.hold.map(\.description) == ["reach(self, ?target)"])
        #expect(
            skill.effects.success.map(\.description) == [
                "clean(?target)", "not at(*, ?x) when supported(?x, self)",
            ])
        #expect(skill.effects.failure == .uncertain)
        #expect(skill.duration == SkillDuration(typicalSeconds: 4, travelTo: "target", timeoutSeconds: 20))
        #expect(skill.resources == ["self.gripper", "target"])
        #expect(skill.onLinkLoss == .finish)
        #expect(skill.cancel == .compensate("stow"))
        #expect(skill.idempotent)
        #expect(skill.preemptible)
        #expect(skill.risk == .high)
        #expect(skill.host == .builtin)
        #expect(skill.retry == RetryPolicy(attempts: 3, backoffSeconds: 1.5))
    }

    @Test func `the least manifest is a name`() throws {
        let skill = try reader.skill(
            yaml: "apiVersion: pons/v1\nkind: Skill\nname: wave\n", file: "wave.yaml")
        #expect(skill == SkillManifest(name: "wave"))
    }

    @Test func `an unknown key is named with its line and a near match`() {
        let text = "apiVersion: pons/v1\nkind: Skill\nname: wave\nphrasez: [wave]\n"
        let error = #expect(throws: ManifestErrors.self) {
            try reader.skill(yaml: text, file: "skills.d/wave.yaml")
        }
        #expect(error?.description == "skills.d/wave.yaml:4: unknown key “phrasez”; did you mean “phrases”?")
    }

    @Test func `a bad condition is placed at its own character`() throws {
        let text = """
            apiVersion: pons/v1
            kind: Skill
            name: wave
            conditions:
              start: ["at(self, *)", "at(self; home)"]
            """
        let errors = try #require(throws: ManifestErrors.self) {
            try reader.skill(yaml: text, file: "w.yaml")
        }.errors
        let error = try #require(errors.first)
        #expect(errors.count == 1)
        #expect(error.code == .badFact)
        #expect(error.line == 5)
        #expect(error.column == 34)
    }

    @Test func `all mistakes of a file come at once in the order of its lines`() throws {
        let text = """
            apiVersion: pons/v2
            kind: Skill
            name: "two words"
            version: 1
            parameters:
              - {name: item, type: item}
              - {name: item, type: item}
              - {type: item}
            effects: {success: ["on(item, *)"], failure: maybe}
            duration: {timeout_s: 0, travel_to: itme}
            resources: [gripper]
            retry: {attempts: 0}
            """
        let errors = try #require(throws: ManifestErrors.self) {
            try reader.skill(yaml: text, file: "w.yaml")
        }.errors
        #expect(errors.map(\.line) == [1, 3, 4, 7, 8, 9, 9, 10, 10, 11, 12])
        #expect(
            errors.map(\.code) == [
                .wrongKind, .badValue, .wrongType, .duplicate, .missingKey, .badFact, .badValue, .badValue,
                .unknownName, .unknownName, .badValue,
            ])
    }

    @Test(arguments: [
        ("wave {hand}", ManifestError.Code.unknownName), ("wave [at {nobody}", .badValue),
        ("wave )", .badValue),
        ("", .badValue), ("wave (to] {target}", .badValue),
    ])
    func `a malformed phrase is refused`(phrase: String, code: ManifestError.Code) throws {
        let text = """
            apiVersion: pons/v1
            kind: Skill
            name: wave
            parameters: [{name: target, type: entity}]
            phrases: ["\(phrase)"]
            """
        let errors = try #require(throws: ManifestErrors.self) {
            try reader.skill(yaml: text, file: "w.yaml")
        }.errors
        #expect(errors.map(\.code) == [code])
        #expect(errors.map(\.line) == [5])
    }

    @Test func `what is no manifest is an error and never a trap`() {
        let texts = [
            "", "- 1", "just text", "a: [", "a: 1\na: 2", "\u{0}\u{1}", "? [x]\n: 1", "a: *nothing",
            String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 5_000),
            String(repeating: "- ", count: 100_000), String(repeating: "x", count: 5 << 20),
        ]
        for text in texts {
            #expect(throws: ManifestErrors.self, "yaml “\(text.prefix(20))”") {
                try reader.skill(yaml: text, file: "bad.yaml")
            }
            #expect(throws: ManifestErrors.self, "json “\(text.prefix(20))”") {
                try reader.skill(json: text, from: "host")
            }
        }
    }

    @Test func `cut and garbled manifests are errors and never a trap`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        let bytes = Array(Samples.fullSkill.utf8)
        for _ in 0..<300 {
            var garbled = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            for _ in 0..<3 where !garbled.isEmpty {
                garbled[Int.random(in: 0..<garbled.count, using: &random)] = UInt8.random(
                    in: 0...127, using: &random)
            }
            do {
                _ = try reader.skill(yaml: String(decoding: garbled, as: UTF8.self), file: "g.yaml")
            } catch {
                #expect(!error.errors.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test func `a host’s JSON may leave out the header and escape its letters`() throws {
        let json =
            #"{"name": "wave", "summary": "Gr\u00fc\u00dfe \ud83d\ude00 a\/b", "phrases": ["wave"], "duration":\#t{"typical_s": 2}}"#
        let skill = try reader.skill(json: json, from: "host arm")
        #expect(skill.summary == "Grüße 😀 a/b")
        #expect(skill.duration.typicalSeconds == 2)
        let errors = try #require(throws: ManifestErrors.self) {
            try reader.skill(json: #"{"kind": "Robot", "name": "wave", "extra": 1}"#, from: "host arm")
        }.errors
        #expect(errors.map(\.code) == [.wrongKind, .unknownKey])
    }
}

/// A small seeded generator (SplitMix64), so that a failure can be run again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
