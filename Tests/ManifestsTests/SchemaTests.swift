import Foundation
import Manifests
import RobotModel
import Testing
import Yams

/// The JSON Schemas that editors use say the same as the reader, as far as a
/// schema can (it knows nothing of names that must match).
@Suite struct SchemaTests {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    enum Kind: String, CaseIterable { case skill, robot, scene, workflow, configuration }

    struct Sample {
        let kind: Kind
        let yaml: String
        let isGood: Bool
    }

    /// `base` as it is, then with each line replaced: every replacement is bad.
    static func samples(_ kind: Kind, _ base: String, spoilt: [(line: String, by: String)]) -> [Sample] {
        [Sample(kind: kind, yaml: base, isGood: true)]
            + spoilt.map { Sample(kind: kind, yaml: base.replacing($0.line, with: $0.by), isGood: false) }
    }

    static let samples: [Sample] =
        samples(
            .skill, Samples.fullSkill,
            spoilt: [
                ("kind: Skill", "kind: Robot"), ("apiVersion: pons/v1\n", ""),
                ("name: wipe", "name: wipe it"),
                ("name: wipe", "name: self"), ("version: 2.1.0", "version: 2.1"),
                ("version: 2.1.0", "version: '2.x.0'"),
                ("phrases: [", "phrases: [3, "), ("phrases:", "phrasez:"), ("unit: count", "units: count"),
                ("type: entity}", "typ: entity}"),
                ("hold: [\"reach(self, target)\"]", "hold: [\"reach self\"]"),
                ("failure: uncertain", "failure: perhaps"), ("timeout_s: 20", "timeout_s: 0"),
                ("timeout_s: 20", "timeout_s: long"), ("on_link_loss: finish", "on_link_loss: panic"),
                ("cancel: compensate:stow", "cancel: 'compensate:'"),
                ("idempotent: true", "idempotent: maybe"),
                ("risk: high", "risk: 3"), ("{kind: builtin}", "{kind: psychic}"),
                ("attempts: 3", "attempts: 0"),
                ("preemptible: true", "preemptible: often"), ("attempts: 3", "attempts: 1.5"),
                ("backoff_s: 1.5", "backoff_s: -1"),
                ("\"clean(target)\"", "\"clean(target) and open(target)\""),
            ])
        + samples(
            .robot, Samples.robot,
            spoilt: [
                ("id: quad\n", ""), ("id: quad\n", "id: quad\nname: quad\n"),
                ("embodiment: quadrotor", "embodiment: 4"),
                ("skills: [take_off, land]", "skills: [land, land]"),
                ("speed_m_per_s: 3", "speed_m_per_s: -3"),
                ("reach_m", "reach"), ("types: [container], ", ""), ("volume_l: 4", "volume_l: [4]"),
                ("flying(self)", "not flying(self)"), ("open(quad_basket)", "open(*)"), ("x_m: 1, ", ""),
                ("yaw_rad", "yaw_deg"),
            ])
        + samples(
            .scene, Samples.scene,
            spoilt: [
                ("name: hut", "title: hut"), ("id: kitchen", "id: the kitchen"),
                ("types: [room]", "types: room"),
                ("\"in(table, kitchen)\"", "in: kitchen"), ("embodiment: fixed_arm\n", "\n"),
                ("skills: [pick]", "skill: [pick]"), ("z_m: 0.7", "z_m: high"),
            ])
        + samples(
            .workflow, Samples.workflow,
            spoilt: [
                ("kind: Workflow", "kind: Skill"), ("skill: navigate, ", ""), ("id: go, ", ""),
                ("robot: dog", "robots: dog"),
                ("arguments: {target: table}", "arguments: [table]"), ("target: table", "target: [table]"),
                ("after: [go, look]", "after: go"), ("y_m: 1", "y: 1"), ("until: sorted, ", ""),
                ("most: 500", "most: 0"),
                ("ahead: 4, ", ""), ("ahead: 4", "ahead: 0"), ("most: 50}", "mots: 50}"),
            ])

    static let configuration: [Sample] = {
        let file = root.appending(path: "Deploy/config/ponsd.yaml")
        let shipped = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return samples(
            .configuration, shipped,
            spoilt: [
                ("name: pons ", "nome: pons "), ("roles: [brain, edge]", "roles: [brain, hub]"),
                ("roles: [brain, edge]", "roles: []"), ("state: /var/lib/pons", "state: 3"),
                ("address: 127.0.0.1, port: 7680", "address: 0.0.0.0, port: 7680"),
                ("port: 7600", "port: 76000"), ("port: 7602", "door: 7602"),
                ("enabled: true", "enabled: often"), ("speed: 1.0", "speed: 0"),
                ("speed: 1.0", "speed: fast"), ("level: info", "level: loud"),
                ("format: text", "format: xml"), ("link_grace_s: 5", "link_grace: 5"),
                ("link_grace_s: 5", "link_grace_s: 0"), ("most_plans: 8", "most_plans: 0.5"),
                ("failures: 3", "failures: 0"), ("window_s: 60", "window_s: long"),
                ("preemption_gap: 10", "preemption_gap: 0"), ("default: fail", "default: guess"),
                ("channel: operators", "channel: the operators"),
            ])
    }()

    @Test func `reader and schema agree on good and bad configurations`() throws {
        let verdicts = try Self.schemaVerdicts(Self.configuration.map { ($0.kind, $0.yaml) })
        for (sample, verdict) in zip(Self.configuration, verdicts) {
            #expect(verdict == sample.isGood, "the schema on \(sample.yaml)")
            #expect(Self.reads(sample.kind, sample.yaml) == sample.isGood, "the reader on \(sample.yaml)")
        }
    }

    @Test func `reader and schema agree on good and bad manifests`() throws {
        let verdicts = try Self.schemaVerdicts(Self.samples.map { ($0.kind, $0.yaml) })
        for (sample, verdict) in zip(Self.samples, verdicts) {
            #expect(verdict == sample.isGood, "the schema on \(sample.kind): \(sample.yaml)")
            #expect(
                Self.reads(sample.kind, sample.yaml) == sample.isGood,
                "the reader on \(sample.kind): \(sample.yaml)")
        }
    }

    @Test func `every shipped manifest is good by reader and schema`() throws {
        var shipped: [(Kind, String)] = []
        for (kind, folder) in [(Kind.skill, "Skills"), (.robot, "Deploy"), (.scene, "Deploy")] {
            let files = FileManager.default.enumerator(
                at: Self.root.appending(path: folder), includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard file.pathExtension == "yaml" else { continue }
                let text = try String(contentsOf: file, encoding: .utf8)
                guard text.contains("\nkind: \(kind.rawValue.capitalized)\n") else { continue }
                shipped.append((kind, text))
            }
        }
        #expect(shipped.count >= 10)
        for (manifest, verdict) in zip(shipped, try Self.schemaVerdicts(shipped)) {
            #expect(verdict, "the schema on \(manifest.1)")
            #expect(Self.reads(manifest.0, manifest.1), "the reader on \(manifest.1)")
        }
    }

    static func reads(_ kind: Kind, _ yaml: String) -> Bool {
        let reader = ManifestReader()
        do {
            switch kind {
            case .skill: _ = try reader.skill(yaml: yaml, file: "sample")
            case .robot: _ = try reader.robot(yaml: yaml, file: "sample")
            case .scene: _ = try reader.scene(yaml: yaml, file: "sample")
            case .workflow: _ = try reader.workflow(yaml: yaml, file: "sample")
            case .configuration: _ = try reader.configuration(yaml: yaml, file: "sample")
            }
            return true
        } catch {
            return false
        }
    }

    /// What Python's `jsonschema` says of each manifest.
    static func schemaVerdicts(_ manifests: [(kind: Kind, yaml: String)]) throws -> [Bool] {
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            folder, jobs = sys.argv[1], json.load(sys.stdin)
            def validator(kind):
                with open(f"{folder}/{kind}.schema.json") as file:
                    schema = json.load(file)
                Draft202012Validator.check_schema(schema)
                return Draft202012Validator(schema)
            validators = {kind: validator(kind) for kind in {job["kind"] for job in jobs}}
            print(json.dumps([validators[job["kind"]].is_valid(job["manifest"]) for job in jobs]))
            """
        let jobs = try manifests.map { manifest in
            let node = try #require(try Yams.compose(yaml: manifest.yaml))
            return ["kind": manifest.kind.rawValue, "manifest": plain(node)]
        }
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, root.appending(path: "Sources/Manifests/Schemas").path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The script reads all before it writes, so neither side can block the other.
        try input.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: jobs))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(
            process.terminationStatus == 0,
            "python3 with the module jsonschema is needed (pip install jsonschema)")
        return try JSONDecoder().decode([Bool].self, from: answer)
    }

    private static func plain(_ node: Node) -> Any {
        switch node {
        case .mapping(let mapping):
            Dictionary(mapping.map { ($0.key.string ?? "", plain($0.value)) }) { first, _ in first }
        case .sequence(let sequence): sequence.map(plain)
        default: node.any
        }
    }
}
