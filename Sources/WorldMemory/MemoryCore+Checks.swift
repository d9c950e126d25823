import RobotModel

/// The border: what is said of the world is checked before it is believed.
extension MemoryCore {
    func unknown(_ ids: [String], in what: String, among extra: [EntityID] = []) -> WorldMemoryError {
        let known = (entities.keys + extra).map(\.rawValue)
        let hint = NearMatches.hint(for: ids[0], among: known)
        return WorldMemoryError(
            .unknownEntity, "“\(ids[0])” in \(what) isn’t in memory\(hint)", parts: ids,
            suggestions: NearMatches.of(ids[0], among: known))
    }

    /// Checks an observed literal: entities that are there, `*` in negative ones
    /// only, no variables, as many arguments as ever.
    func check(_ literal: Literal, creating: [EntityID] = []) throws {
        try checkName(literal.predicate, in: literal)
        try checkArity(literal.predicate, literal.terms.count, in: "\(literal)")
        for term in literal.terms {
            switch term {
            case .any:
                guard !literal.isPositive else {
                    throw WorldMemoryError(
                        .badFact, "“*” in \(literal): say which one; only “not …” may leave it open")
                }
            case .variable(let name):
                throw WorldMemoryError(
                    .badFact, "“\(name == "self" ? name : "?\(name)")” in \(literal): name the entity itself")
            case .entity(let id):
                guard entities[id] != nil || creating.contains(id) else {
                    throw unknown([id.rawValue], in: "\(literal)", among: creating)
                }
            }
        }
    }

    func checkArity(_ predicate: String, _ count: Int, in what: String) throws {
        guard let known = arities[predicate], known != count else { return }
        throw WorldMemoryError(
            .arityMismatch, "\(what) has \(count) arguments; “\(predicate)” was used with \(known) before")
    }

    func checkName(_ name: String, in what: some CustomStringConvertible) throws {
        guard IdentifierRules.allows(name) else {
            throw WorldMemoryError(
                .badFact, "“\(name)” in \(what) isn’t a legal name: use letters, digits, “_”, “-” and “.”")
        }
    }

    /// Checks an entity: a legal id, and numbers that can be stored.
    static func check(_ entity: Entity) throws {
        guard IdentifierRules.allows(entity.id.rawValue) else {
            throw WorldMemoryError(
                .badFact, "“\(entity.id)” isn’t a legal name: use letters, digits, “_”, “-” and “.”",
                parts: [entity.id.rawValue])
        }
        if let pose = entity.pose { try check(pose, of: entity.id) }
        for (name, value) in entity.properties {
            switch value {
            case .number(let number) where !number.isFinite:
                throw WorldMemoryError(.badFact, "the \(name) of “\(entity.id)” isn’t finite")
            case .pose(let pose): try check(pose, of: entity.id)
            default: continue
            }
        }
    }

    static func check(_ pose: Pose, of id: EntityID) throws {
        guard [pose.xMeters, pose.yMeters, pose.zMeters, pose.yawRadians].allSatisfy(\.isFinite) else {
            throw WorldMemoryError(.badFact, "the pose of “\(id)” isn’t finite")
        }
    }

    /// Checks a record of another node. A stamp too far ahead would outrank
    /// everybody's for as long.
    func check(_ record: FactRecord, at now: Instant) throws {
        try check(Literal(record.fact))
        let ahead = record.stamp.wallMilliseconds.subtractingReportingOverflow(
            now.nanosecondsSinceEpoch / 1_000_000)
        guard record.stamp.wallMilliseconds >= 0, !ahead.overflow,
            ahead.partialValue <= Self.mostAheadMilliseconds,
            IdentifierRules.allows(record.stamp.origin.rawValue)
        else {
            throw WorldMemoryError(
                .badFact,
                "the stamp of \(record.fact) is out of range; set the clock of node “\(record.stamp.origin)”")
        }
        guard (0...1).contains(record.confidence) else {
            throw WorldMemoryError(.badFact, "the confidence of \(record.fact) isn’t between 0 and 1")
        }
    }

    /// Checks a scene as a whole: legal and different ids, facts about them only.
    static func check(_ scene: SceneDescription) throws {
        let ids = scene.allEntities.map(\.id)
        let known = Set(ids)
        let core = MemoryCore()
        for entity in scene.allEntities { try check(entity) }
        if ids.count != known.count {
            let twice = Dictionary(grouping: ids) { $0 }.filter { $1.count > 1 }.keys.sorted()
            throw WorldMemoryError(
                .badScene, "“\(twice[0])” stands twice in scene \(scene.name)", parts: twice.map(\.rawValue))
        }
        var arities: [String: Int] = [:]
        for fact in scene.allFacts {
            try core.checkName(fact.predicate, in: fact)
            if let missing = fact.arguments.first(where: { !known.contains($0) }) {
                throw core.unknown([missing.rawValue], in: "\(fact)", among: ids)
            }
            let arity = arities[fact.predicate] ?? fact.arguments.count
            guard arity == fact.arguments.count else {
                throw WorldMemoryError(
                    .arityMismatch,
                    "\(fact) has \(fact.arguments.count) arguments; “\(fact.predicate)” has \(arity) elsewhere"
                )
            }
            arities[fact.predicate] = arity
        }
    }
}

extension SceneDescription {
    /// Everything in it: things, robots and the robots' parts.
    var allEntities: [Entity] { entities + robots.flatMap { [$0.entity] + $0.parts } }

    /// Everything that holds in it.
    var allFacts: [Fact] { facts + robots.flatMap(\.allFacts) }
}

extension RobotDescription {
    /// What holds of it and of its parts.
    var allFacts: [Fact] { parts.map { Fact("part_of", $0.id, EntityID(id)) } + facts }
}
