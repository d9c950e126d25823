import PlanRules
import RobotModel

/// What the names in an instruction can mean: entities, types of entities, and
/// the skills with their phrases. Built anew for each context.
struct Lexicon {
    /// What one name can stand for, nearest meaning first.
    struct Meaning {
        /// Their id is the name.
        var identified: [EntityID] = []
        /// It is a full name of theirs.
        var named: [EntityID] = []
        /// Types of that name, and the entities that carry them.
        var types: [String] = []
        var typed: [EntityID] = []
        /// It is the last part of their name: “table” of “coffee table”.
        var partial: [EntityID] = []
        /// Whether it is said of several.
        var isPlural = false

        /// Meanings in order; a later one counts only where no earlier one fits.
        var tiers: [[EntityID]] { [identified, named, typed, partial].filter { !$0.isEmpty } }
    }

    private(set) var meanings: [String: Meaning] = [:]
    /// The greatest number of letters and digits in a name.
    private(set) var longestKey = 0
    /// Values of text properties: “red”.
    private(set) var adjectives: Set<String> = []
    /// Adjectives for facts of one entity: “polished”.
    private(set) var properties: [String: (predicate: String, isPositive: Bool)] = Vocabulary.adjectives
    let entities: [EntityID: Entity]
    let skills: [SkillName: SkillManifest]
    let phrases: [SkillPhrase]
    /// Every single word that some name, phrase or rule of grammar has.
    private(set) var words: Set<String> = Vocabulary.words
    /// Full names as people say them, for suggestions.
    private(set) var spokenNames: Set<String> = []

    init(_ context: LanguageContext) {
        var entities = context.world.entities
        for robot in context.team.robots.values {
            let known = entities[EntityID(robot.id)]
            var entity = known ?? robot.entity
            entity.names += robot.names.filter { !entity.names.contains($0) }
            entity.types += robot.entity.types.filter { !entity.types.contains($0) }
            entities[entity.id] = entity
        }
        self.entities = entities
        skills = context.team.skills
        let manifests = skills.values.sorted { $0.name < $1.name }
        phrases = manifests.flatMap(SkillPhrase.phrases)
        for entity in entities.values.sorted(by: { $0.id < $1.id }) { enter(entity) }
        for group in Vocabulary.synonyms { enterSynonyms(group) }
        enterPredicates(of: manifests, facts: context.world.facts)
        for phrase in phrases {
            for case .word(let word) in phrase.parts {
                words.formUnion([word, Inflection.thirdPerson(of: word)])
            }
        }
        longestKey = meanings.keys.lazy.map(\.count).max() ?? 0
    }

    /// Whether the entity is known and carries `type`.
    func has(_ id: EntityID, _ type: String) -> Bool { entities[id]?.types.contains(type) == true }

    private mutating func enter(_ entity: Entity) {
        let id = entity.id.rawValue
        meanings[id.wordKey, default: Meaning()].identified.append(entity.id)
        words.insert(id.wordKey)
        spokenNames.insert(id)
        let spokenID = NameText.spoken(id)
        for word in spokenID.split(separator: " ") { words.insert(word.wordKey) }
        var names = entity.names
        if names.isEmpty { names = [NameText.withoutNumber(spokenID)] }
        for name in names {
            let spoken = NameText.spoken(name)
            enter(spoken) { $0.named.append(entity.id) }
            guard !name.contains("<") else { continue }
            spokenNames.insert(spoken)
            for part in NameText.heads(of: spoken) { enter(part) { $0.partial.append(entity.id) } }
        }
        for type in entity.types {
            enter(NameText.spoken(type)) {
                $0.typed.append(entity.id)
                if !$0.types.contains(type) { $0.types.append(type) }
            }
        }
        for case .text(let value) in entity.properties.values {
            adjectives.insert(value.wordKey)
            words.insert(value.wordKey)
        }
    }

    private mutating func enter(_ name: String, _ add: (inout Meaning) -> Void) {
        for (form, isPlural) in [(name, false)] + Inflection.plurals(of: name).map({ ($0, true) }) {
            let key = form.wordKey
            for word in form.split(separator: " ") { words.insert(word.wordKey) }
            // A name that is a plural already (“socks”) stays one thing’s name.
            var meaning = meanings[key] ?? Meaning(isPlural: isPlural)
            if !isPlural { meaning.isPlural = false }
            add(&meaning)
            meanings[key] = meaning
        }
    }

    private mutating func enterSynonyms(_ group: [String]) {
        let forms = group.map { [$0] + Inflection.plurals(of: $0).prefix(1) }
        for number in 0...1 {
            let keys = forms.compactMap { $0.indices.contains(number) ? $0[number] : nil }
            guard let known = keys.first(where: { meanings[$0.wordKey] != nil }),
                let meaning = meanings[known.wordKey]
            else { continue }
            for other in keys where meanings[other.wordKey] == nil {
                meanings[other.wordKey] = meaning
                for word in other.split(separator: " ") { words.insert(word.wordKey) }
            }
        }
    }

    private mutating func enterPredicates(of manifests: [SkillManifest], facts: Set<Fact>) {
        let effects = manifests.flatMap(\.effects.success).map(\.literal)
        let predicates =
            effects.filter { $0.terms.count == 1 }.map(\.predicate)
            + facts.filter { $0.arguments.count == 1 }.map(\.predicate)
        for predicate in Set(predicates) {
            let key = predicate.wordKey
            guard
                properties[key].map({
                    $0.predicate != predicate && Vocabulary.adjectives[key]?.isPositive == false
                }) ?? true
            else { continue }
            properties[key] = (predicate, true)
            words.insert(key)
        }
    }
}
