package import RobotModel

/// The inputs: who may change what, and how.
extension MemoryCore {
    /// Enters all that one journal record changes; nothing the second time.
    /// What can't be entered is left out, so that the rest isn't lost with it.
    ///
    /// - Parameter observed: the later stamp, so that what was seen counts.
    package mutating func enter(
        _ update: MemoryUpdate, stamp: HybridStamp, observed: HybridStamp, cause: UInt64
    ) -> (changes: [CoreChange], leftOut: [Literal]) {
        var changes: [CoreChange] = []
        guard begin(cause: cause, &changes) else { return ([], []) }
        var leftOut = update.beginning.filter { !isSayable($0) }.map { Literal($0) }
        applyEffects(update, stamp, cause, &changes)
        doubt(update, stamp, cause, &changes)
        let seen = update.observed.filter { (try? check($0)) != nil }
        leftOut += update.observed.filter { !seen.contains($0) }
        see(seen, update.observer, observed, cause, &changes)
        return (changes, leftOut)
    }

    /// Enters what someone says, with the entities that they speak of anew.
    package mutating func observe(
        _ literals: [Literal], creating: [Entity], source: FactSource, stamp: HybridStamp
    ) throws -> [CoreChange] {
        for entity in creating { try Self.check(entity) }
        for literal in literals { try check(literal, creating: creating.map(\.id)) }
        var changes: [CoreChange] = []
        for entity in creating { write(entity, stamp: stamp, &changes) }
        see(literals, source, stamp, 0, &changes)
        return changes
    }

    /// Effects of a step: first what ends, then what begins. What names an
    /// entity that is gone is left out: the world was replaced meanwhile.
    private mutating func applyEffects(
        _ update: MemoryUpdate, _ stamp: HybridStamp, _ cause: UInt64, _ changes: inout [CoreChange]
    ) {
        let beginning = update.beginning.filter(isSayable)
        func record(_ fact: Fact, _ holds: Bool) -> FactRecord {
            FactRecord(
                fact: fact, holds: holds, certainty: .claimed, stamp: stamp, source: update.source,
                cause: cause)
        }
        for pattern in update.ending {
            for fact in believed.facts(matching: pattern.withoutVariables) where !beginning.contains(fact) {
                write(record(fact, false), &changes)
            }
        }
        for fact in beginning where !facts.contains(fact) { write(record(fact, true), &changes) }
    }

    /// Whether the fact speaks of what is there, in the usual form.
    private func isSayable(_ fact: Fact) -> Bool {
        IdentifierRules.allows(fact.predicate) && fact.arguments.allSatisfy { entities[$0] != nil }
            && arities[fact.predicate].map { $0 == fact.arguments.count } ?? true
    }

    /// Puts facts in doubt. `holds` keeps what was believed before.
    private mutating func doubt(
        _ update: MemoryUpdate, _ stamp: HybridStamp, _ cause: UInt64, _ changes: inout [CoreChange]
    ) {
        for literal in update.doubtful {
            let pattern = literal.withoutVariables
            var doubtful = believed.facts(matching: pattern)
            if doubtful.isEmpty, let fact = pattern.fact, isSayable(fact) {
                doubtful = [fact]
            }
            for fact in doubtful where !uncertain.contains(fact) {
                let known = records[fact]
                write(
                    FactRecord(
                        fact: fact, holds: known?.holds ?? false, certainty: .uncertain,
                        confidence: known?.confidence ?? 0, stamp: stamp, source: update.source, cause: cause),
                    &changes)
            }
        }
    }

    /// Enters observations: what is seen holds, and what the single-place rule
    /// excludes doesn't.
    private mutating func see(
        _ literals: [Literal], _ source: FactSource, _ stamp: HybridStamp, _ cause: UInt64,
        _ changes: inout [CoreChange]
    ) {
        let seen = literals.filter(\.isPositive).compactMap(\.fact)
        var over: Set<Fact> = []
        for literal in literals where !literal.isPositive {
            over.formUnion(believed.facts(matching: literal))
            if let fact = literal.fact { over.insert(fact) }
        }
        for fact in seen {
            guard let (_, thing) = SinglePlaceRule.place(fact) else { continue }
            over.formUnion(
                believed.facts(naming: thing).filter { old in
                    SinglePlaceRule.excludes(fact, old) {
                        entities[$0]?.types.contains(StandardTypes.door) == true
                    }
                })
        }
        over.subtract(seen)
        let told = over.sorted().map { ($0, false) } + seen.map { ($0, true) }
        for (fact, holds) in told {
            let record = FactRecord(fact: fact, holds: holds, stamp: stamp, source: source, cause: cause)
            if !isRepeat(record) { write(record, &changes) }
        }
    }

    private func isRepeat(_ record: FactRecord) -> Bool {
        guard let known = records[record.fact] else { return false }
        return known.holds == record.holds && known.certainty == record.certainty
            && known.source == record.source
            && record.stamp.wallMilliseconds - known.stamp.wallMilliseconds < Self.repeatMilliseconds
    }

    /// Records of other nodes, by rule 1.
    mutating func merge(_ incoming: [FactRecord], at now: Instant) throws -> [CoreChange] {
        for record in incoming { try check(record, at: now) }
        var changes: [CoreChange] = []
        for record in incoming { write(record, &changes) }
        return changes
    }

    /// The facts whose record that counts is by `source`.
    func facts(saidBy source: FactSource) -> [Fact] {
        records.values.filter { $0.source == source }.map(\.fact).sorted()
    }

    /// Makes it as if `source` had never spoken: what others said last counts
    /// again, and what nobody else said ends.
    mutating func retract(_ source: FactSource, others: [Fact: FactRecord], stamp: HybridStamp)
        -> [CoreChange]
    {
        var changes: [CoreChange] = []
        for fact in facts(saidBy: source) {
            var record = FactRecord(fact: fact, holds: false, stamp: stamp, source: source)
            if let other = others[fact] {
                record.holds = other.holds && fact.arguments.allSatisfy { entities[$0] != nil }
                record.certainty = other.certainty
                record.confidence = other.confidence
                record.source = other.source
            } else if !believed.facts(matching: Literal(fact)).contains(fact) {
                continue
            }
            write(record, &changes)
        }
        return changes
    }

    /// Replaces the world by a scene.
    package mutating func load(_ scene: SceneDescription, stamp: HybridStamp) throws -> [CoreChange] {
        try Self.check(scene)
        let source = FactSource.scene(scene.name)
        var changes: [CoreChange] = []
        startScene(scene.name, &changes)
        let wanted = Set(scene.allEntities.map(\.id))
        for id in entities.keys.sorted() where !wanted.contains(id) {
            remove(id, stamp: stamp, source: source, &changes)
        }
        for entity in scene.allEntities { write(entity, stamp: stamp, &changes) }
        let holding = Set(scene.allFacts)
        for fact in facts.union(uncertain).subtracting(holding).sorted() {
            write(FactRecord(fact: fact, holds: false, stamp: stamp, source: source), &changes)
        }
        for fact in scene.allFacts where !facts.contains(fact) {
            write(FactRecord(fact: fact, stamp: stamp, source: source), &changes)
        }
        return changes
    }

    /// Enters an entity, or describes it anew; what is believed of it stays.
    mutating func add(_ entity: Entity, stamp: HybridStamp) throws -> [CoreChange] {
        try Self.check(entity)
        var changes: [CoreChange] = []
        write(described(entity), stamp: stamp, &changes)
        return changes
    }

    /// Enters a robot with its parts. A fact that it comes with is entered only
    /// where nothing of its kind was ever told of the robot or part: a robot that
    /// comes back stands where it was last seen, not where it once started.
    /// - Returns: also the facts that name what isn't there, and were left out.
    package mutating func add(_ robot: RobotDescription, stamp: HybridStamp) throws -> (
        changes: [CoreChange], left: [Fact]
    ) {
        for entity in [robot.entity] + robot.parts { try Self.check(entity) }
        for fact in robot.facts {
            try checkName(fact.predicate, in: fact)
            try checkArity(fact.predicate, fact.arguments.count, in: "\(fact)")
        }
        var told: Set<[String]> = []
        for fact in records.keys {
            // An entity that is new here, or new again, starts from its description.
            if let first = fact.arguments.first, entities[first] != nil {
                told.insert([fact.predicate, first.rawValue])
            }
        }
        var changes: [CoreChange] = []
        var left: [Fact] = []
        for entity in [robot.entity] + robot.parts { write(described(entity), stamp: stamp, &changes) }
        for fact in robot.allFacts where !facts.contains(fact) {
            if let first = fact.arguments.first, told.contains([fact.predicate, first.rawValue]) { continue }
            guard fact.arguments.allSatisfy({ entities[$0] != nil }) else {
                left.append(fact)
                continue
            }
            write(FactRecord(fact: fact, stamp: stamp, source: .robot(robot.id)), &changes)
        }
        return (changes, left)
    }

    /// `entity`, at the pose where it was last seen.
    private func described(_ entity: Entity) -> Entity {
        var entity = entity
        if let pose = poses[entity.id] { entity.pose = pose.pose }
        return entity
    }
}

extension Literal {
    /// The pattern that fits whatever its variables may stand for.
    var withoutVariables: Literal {
        let terms = terms.map { term in
            if case .variable = term { Term.any } else { term }
        }
        return Literal(predicate, terms, isPositive: isPositive)
    }
}
