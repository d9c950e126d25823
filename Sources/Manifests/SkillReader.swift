import RobotModel
import Yams

/// Reads a skill's manifest and checks that its parts fit together.
enum SkillReader {
    static func read(_ map: MapReader) -> SkillManifest? {
        let name = map.identifier("name", isRequired: true)
        let parameters = readParameters(map, "parameters")
        let syntax = FactSyntax(variables: Set(parameters.map(\.name)))
        let manifest = SkillManifest(
            name: SkillName(name ?? "unnamed"),
            version: readVersion(map),
            summary: map.text("summary") ?? "",
            phrases: readPhrases(map, parameters),
            parameters: parameters,
            returns: readParameters(map, "returns"),
            conditions: readConditions(map, syntax, parameters),
            effects: readEffects(map, syntax, parameters),
            duration: readDuration(map, parameters),
            resources: readResources(map, parameters),
            onLinkLoss: map.choice("on_link_loss", of: [OnLinkLoss.stop, .finish, .continue]) ?? .stop,
            cancel: readCancel(map),
            idempotent: map.boolean("idempotent") ?? false,
            risk: map.choice("risk", of: [Risk.low, .medium, .high]) ?? .low,
            host: readHost(map),
            retry: readRetry(map),
            preemptible: map.boolean("preemptible") ?? false)
        return name == nil ? nil : manifest
    }

    private static func readVersion(_ map: MapReader) -> String {
        guard let node = map.value("version"), let text = map.problems.text(node, "version") else {
            return "1.0.0"
        }
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        if numbers.count != 3 || !numbers.allSatisfy({ UInt32($0) != nil }) {
            map.problems.note(.badValue, "version is “\(text)”; use three numbers, e.g. 1.0.0", at: node)
        }
        return text
    }

    private static func readParameters(_ map: MapReader, _ key: String) -> [SkillParameter] {
        var parameters: [SkillParameter] = []
        for node in map.items(key) {
            guard let entry = MapReader(node, "an entry of \(key)", map.problems) else { continue }
            let name = entry.identifier("name", isRequired: true)
            let type = entry.identifier("type", isRequired: true)
            let frame = entry.identifier("frame")
            let unit = entry.text("unit")
            let usual = entry.value("default")
            entry.finish()
            guard let name, let type else { continue }
            if parameters.contains(where: { $0.name == name }) {
                map.problems.note(.duplicate, "“\(name)” stands twice in \(key)", at: node)
                continue
            }
            var parameter = SkillParameter(name: name, type: type, frame: frame, unit: unit)
            if let usual, let value = map.problems.value(usual, "default") {
                parameter.default = parameter.accept(value)
                if parameter.default == nil {
                    map.problems.note(.badValue, "“\(value)” is no \(type), as “\(name)” must be", at: usual)
                }
            }
            parameters.append(parameter)
        }
        return parameters
    }

    private static func readPhrases(_ map: MapReader, _ parameters: [SkillParameter]) -> [String] {
        map.items("phrases").compactMap { node in
            guard let text = map.problems.text(node, "a phrase") else { return nil }
            if let flaw = PhraseCheck.flaw(in: text, parameters: parameters.map(\.name)) {
                map.problems.note(flaw.code, flaw.message, at: node)
            }
            return text
        }
    }

    private static func readConditions(
        _ map: MapReader, _ syntax: FactSyntax, _ parameters: [SkillParameter]
    ) -> SkillConditions {
        guard let inner = map.map("conditions") else { return SkillConditions() }
        func literals(_ key: String) -> [Literal] {
            inner.items(key).compactMap { node in
                let literal = map.problems.notation(node, "a condition") { text throws(FactSyntaxError) in
                    try syntax.literal(text)
                }
                if let unknown = literal?.variables.first(where: { !isBound($0, parameters) }) {
                    map.problems.note(
                        .unknownName,
                        "“?\(unknown)” is no parameter; conditions speak of parameters, “self” and “*”",
                        at: node)
                }
                return literal
            }
        }
        let conditions = SkillConditions(start: literals("start"), hold: literals("hold"))
        inner.finish()
        return conditions
    }

    private static func readEffects(
        _ map: MapReader, _ syntax: FactSyntax, _ parameters: [SkillParameter]
    ) -> SkillEffects {
        guard let inner = map.map("effects") else { return SkillEffects() }
        let success = inner.items("success").compactMap { node -> Effect? in
            let effect = map.problems.notation(node, "an effect") { text throws(FactSyntaxError) in
                try syntax.effect(text)
            }
            if let effect, effect.literal.isPositive {
                let given = Set(effect.conditions.filter(\.isPositive).flatMap(\.variables))
                if effect.literal.terms.contains(.any) {
                    map.problems.note(.badFact, "an effect can’t make “*” true; name an entity", at: node)
                }
                for variable in effect.literal.variables
                where !isBound(variable, parameters) && !given.contains(variable) {
                    map.problems.note(
                        .unknownName,
                        "“?\(variable)” is no parameter, and no condition after “when” gives it",
                        at: node)
                }
            }
            return effect
        }
        let failure = inner.choice("failure", of: [FailureEffect.uncertain, .none]) ?? .none
        inner.finish()
        return SkillEffects(success: success, failure: failure)
    }

    private static func isBound(_ variable: String, _ parameters: [SkillParameter]) -> Bool {
        variable == "self" || parameters.contains { $0.name == variable }
    }

    private static func readDuration(_ map: MapReader, _ parameters: [SkillParameter]) -> SkillDuration {
        var duration = SkillDuration()
        guard let inner = map.map("duration") else { return duration }
        duration.typicalSeconds = inner.quantity("typical_s", orZero: true) ?? duration.typicalSeconds
        duration.timeoutSeconds = inner.quantity("timeout_s") ?? duration.timeoutSeconds
        if let node = inner.value("travel_to"), let name = map.problems.text(node, "travel_to") {
            duration.travelTo = name
            if !parameters.contains(where: { $0.name == name && $0.takesEntity }) {
                let names = parameters.filter(\.takesEntity).map(\.name)
                map.problems.note(
                    .unknownName,
                    "travel_to must be a parameter that is an entity, not “\(name)”"
                        + NearMatches.hint(for: name, among: names),
                    at: node)
            }
        }
        inner.finish()
        return duration
    }

    private static func readResources(_ map: MapReader, _ parameters: [SkillParameter]) -> [String] {
        let names = parameters.map(\.name)
        return map.items("resources").compactMap { node in
            guard let text = map.problems.text(node, "a resource") else { return nil }
            let isOwn =
                text == "self"
                || (text.hasPrefix("self.") && IdentifierRules.allows(String(text.dropFirst(5))))
            if !isOwn && !names.contains(text) {
                map.problems.note(
                    .unknownName,
                    "resource “\(text)” is neither a parameter nor “self.<part>”"
                        + NearMatches.hint(for: text, among: names),
                    at: node)
            }
            return text
        }
    }

    private static func readCancel(_ map: MapReader) -> CancelMode {
        guard let node = map.value("cancel"), let text = map.problems.text(node, "cancel") else {
            return .stop
        }
        if let mode = CancelMode(text: text) {
            guard case .compensate(let skill) = mode, !IdentifierRules.allows(skill.rawValue) else {
                return mode
            }
        }
        map.problems.note(.badValue, "cancel is “\(text)”; use stop, finish or compensate:<skill>", at: node)
        return .stop
    }

    private static func readHost(_ map: MapReader) -> HostKind {
        guard let inner = map.map("host") else { return .zmq }
        let kind = inner.value("kind", isRequired: true).flatMap {
            map.problems.choice($0, "host’s kind", of: [HostKind.zmq, .builtin])
        }
        inner.finish()
        return kind ?? .zmq
    }

    private static func readRetry(_ map: MapReader) -> RetryPolicy {
        var retry = RetryPolicy()
        guard let inner = map.map("retry") else { return retry }
        if let node = inner.value("attempts"), let number = map.problems.number(node, "attempts") {
            if let attempts = UInt32(exactly: number), (1...100).contains(attempts) {
                retry.attempts = attempts
            } else {
                map.problems.note(.badValue, "attempts must be a whole number from 1 to 100", at: node)
            }
        }
        retry.backoffSeconds = inner.quantity("backoff_s", orZero: true) ?? retry.backoffSeconds
        inner.finish()
        return retry
    }
}

extension Literal {
    /// The names of its variables, in order.
    var variables: [String] {
        terms.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }
}
