import RobotModel

/// What a preposition says of a thing and a place.
enum Relation: Hashable, Sendable {
    case on
    case within
    case at
    case from
    case towards
}

enum Pronoun: Hashable, Sendable { case it, them }

/// “every mug on the table”, “<plate>(51) which is in the fridge”, “it”.
struct NounPhrase: Hashable, Sendable {
    enum Quantifier: Hashable, Sendable {
        /// “the mug”, “the mugs”, “mugs”
        case definite
        case every
        case both
        /// “a mug”, “any mug”
        case some
        case no
        case count(Int)
    }

    enum Noun: Hashable, Sendable {
        /// Looked up in the ``Lexicon`` by its key.
        case name(key: String)
        case pronoun(Pronoun)
        case everything
    }

    var quantifier: Quantifier
    var noun: Noun
    /// Values of text properties that the thing must have: “red”.
    var adjectives: [String] = []
    /// Whose part it is: “the quadrotor’s basket”. One or none.
    var owner: [NounPhrase] = []
    /// Where it is now. One or none; places have their own.
    var locators: [Locator] = []
    /// Its tokens, without locators.
    var range: Range<Int>
}

extension NounPhrase {
    /// The phrase with `locator`, unless it says itself where the thing is.
    func located(_ locator: Locator) -> NounPhrase {
        var phrase = self
        if phrase.locators.isEmpty { phrase.locators = [locator] }
        return phrase
    }
}

/// Tells a thing by where it is.
struct Locator: Hashable, Sendable {
    var relation: Relation
    var place: NounPhrase
    /// “originally”: of the past, and so no more than a hint.
    var isPast: Bool
}

/// Something that can be asked for or said, with what it rests on in the text.
struct Clause: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// “you are at the table”
        case presence(Presence)
        case command(Command, to: [NounPhrase])
        /// “the quadrotor lands on the table”
        case deed(subject: NounPhrase, Command)
        case state(State)
    }

    var content: Content
    /// “with the bread in the basket”
    var additions: [Move] = []
    var range: Range<Int>
}

/// What is said of the robot that is spoken to.
struct Presence: Hashable, Sendable {
    enum Claim: Hashable, Sendable {
        case located(NounPhrase)
        case holding([NounPhrase])
    }

    var claim: Claim
    /// “dog, you are at the table”. One or none.
    var addressee: [NounPhrase] = []
}

enum Command: Hashable, Sendable {
    case skill(SkillUse)
    case carry([Move])
    /// “take the cup out of the fridge”
    case remove([NounPhrase], from: NounPhrase)
}

/// Things and the place they are to be in.
struct Move: Hashable, Sendable {
    var things: [NounPhrase]
    var relation: Relation
    var place: NounPhrase
}

/// A skill said by one of its phrases.
struct SkillUse: Hashable, Sendable {
    enum Filling: Hashable, Sendable {
        case things([NounPhrase])
        case value(Value)
    }

    var skill: SkillName
    /// In the order of the phrase.
    var slots: [Slot]
    /// How narrow the types of the slots are; narrower readings come first.
    var precision: Int

    struct Slot: Hashable, Sendable {
        var name: String
        var filling: Filling
    }
}

/// “the apple is on the table”
struct State: Hashable, Sendable {
    enum Modality: Hashable, Sendable {
        /// “is”: a goal, or a description where commands are given too.
        case plain
        /// “should be”: always a goal.
        case wanted
        /// “was”, “is originally”: always a description.
        case past
    }

    enum Predicate: Hashable, Sendable {
        case located(Relation, NounPhrase)
        case property(String, isPositive: Bool)
        case holding([NounPhrase])
        case heldBy(NounPhrase)
    }

    var subjects: [NounPhrase]
    var modality: Modality
    var isNegated: Bool
    var predicate: Predicate

    /// Whether it says where things are.
    var tellsPlace: Bool { if case .located = predicate { true } else { false } }
}
