import Foundation
import RobotModel

/// The manifests of `Skills/*/skill.yaml`, read by a reader for just the YAML
/// that those files use: one key a line, flow lists, flow maps of plain values.
enum ShippedSkills {
    static let all: [SkillManifest] = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Skills").standardizedFileURL
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            let file = folder.appendingPathComponent(name).appendingPathComponent("skill.yaml")
            return (try? String(contentsOf: file, encoding: .utf8)).map(read)
        }
    }()

    static func named(_ name: SkillName) -> SkillManifest { all.first { $0.name == name }! }

    private static func read(_ text: String) -> SkillManifest {
        var lists: [String: [String]] = [:]
        var plain: [String: String] = [:]
        var key = ""
        for line in text.split(separator: "\n").map(String.init) {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.hasPrefix("- ") {
                lists[key, default: []].append(unquoted(String(trimmed.dropFirst(2))))
                continue
            }
            guard let colon = trimmed.firstIndex(of: ":") else { continue }
            let own = String(trimmed[..<colon])
            let rest = trimmed[trimmed.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            if !line.hasPrefix(" ") || own == "success" || own == "start" || own == "hold" || own == "failure"
            {
                key = own
            }
            if rest.hasPrefix("[") {
                lists[own] = items(String(rest.dropFirst().dropLast()))
            } else if rest.hasPrefix("{") {
                for (name, value) in map(rest) { plain["\(own).\(name)"] = value }
            } else if !rest.isEmpty {
                plain[own] = rest
            }
        }
        var manifest = SkillManifest(name: SkillName(plain["name"]!))
        manifest.parameters = (lists["parameters"] ?? []).map { text in
            let fields = map(text)
            return SkillParameter(name: fields["name"]!, type: fields["type"]!)
        }
        let syntax = manifest.factSyntax
        manifest.conditions = SkillConditions(
            start: (lists["start"] ?? []).map { try! syntax.literal($0) },
            hold: (lists["hold"] ?? []).map { try! syntax.literal($0) })
        manifest.effects = SkillEffects(
            success: (lists["success"] ?? []).map { try! syntax.effect($0) },
            failure: FailureEffect(rawValue: plain["failure"] ?? "none")!)
        manifest.duration = SkillDuration(
            typicalSeconds: Double(plain["duration.typical_s"]!)!, travelTo: plain["duration.travel_to"],
            timeoutSeconds: Double(plain["duration.timeout_s"]!)!)
        manifest.resources = lists["resources"] ?? []
        manifest.onLinkLoss = OnLinkLoss(rawValue: plain["on_link_loss"]!)!
        manifest.cancel = CancelMode(text: plain["cancel"]!)!
        manifest.idempotent = plain["idempotent"] == "true"
        manifest.risk = Risk(rawValue: plain["risk"]!)!
        return manifest
    }

    private static func unquoted(_ text: String) -> String {
        text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
    }

    private static func items(_ text: String) -> [String] {
        var items: [String] = []
        var current = ""
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                items.append(current.trimmingCharacters(in: .whitespaces))
                current = ""
            } else {
                current.append(character)
            }
        }
        items.append(current.trimmingCharacters(in: .whitespaces))
        return items.filter { !$0.isEmpty }
    }

    private static func map(_ text: String) -> [String: String] {
        var map: [String: String] = [:]
        for item in text.dropFirst().dropLast().split(separator: ",") {
            let pair = item.split(separator: ":", maxSplits: 1)
            map[pair[0].trimmingCharacters(in: .whitespaces)] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        return map
    }
}
