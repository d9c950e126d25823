/// The words of the language that come from no scene and no skill.
enum Vocabulary {
    /// Said and passed over at the start of a clause.
    static let courtesies: [[String]] = [
        ["please"], ["kindly"], ["now"], ["ok"], ["okay"], ["hello"], ["hi"], ["also"], ["just"], ["first"],
        ["can", "you"], ["could", "you"], ["would", "you"], ["will", "you"], ["i", "want", "you", "to"],
        ["i", "would", "like", "you", "to"], ["i", "need", "you", "to"], ["we", "need", "to"],
        ["you", "should"],
        ["you", "must"], ["your", "task", "is", "to"],
    ]

    /// What asks for a state: “make sure that the fridge is closed”.
    static let demands: [[String]] = [
        ["make", "sure"], ["ensure"], ["see", "to", "it"], ["i", "want"], ["be", "sure"],
    ]

    /// What joins clauses; those that demand an order are in `inOrder`.
    static let joints: [(words: [String], inOrder: Bool)] = [
        (["and"], false), (["then"], true), (["next"], true), (["afterwards"], true), (["afterward"], true),
        (["after", "that"], true), (["finally"], true), (["lastly"], true), (["first"], false),
        (["firstly"], false),
        (["secondly"], true), (["thirdly"], true), (["please"], false), (["now"], false), (["thanks"], false),
        (["thank", "you"], false),
    ]

    static let articles: Set<String> = [
        "the", "a", "an", "my", "our", "your", "this", "that", "these", "those", "its",
    ]

    static let numbers = [
        "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    ]

    /// Prepositions and what they say, longest first.
    static let prepositions: [(words: [String], relation: Relation)] = [
        (["on", "top", "of"], .on), (["inside", "of"], .within), (["out", "of"], .from),
        (["off", "of"], .from),
        (["next", "to"], .at), (["close", "to"], .at), (["over", "to"], .towards),
        (["back", "to"], .towards),
        (["back", "on"], .on), (["back", "onto"], .on), (["back", "in"], .within),
        (["back", "into"], .within),
        (["on"], .on), (["onto"], .on), (["upon"], .on), (["in"], .within), (["into"], .within),
        (["inside"], .within), (["within"], .within), (["from"], .from), (["off"], .from), (["to"], .towards),
        (["towards"], .towards), (["toward"], .towards), (["at"], .at), (["by"], .at), (["near"], .at),
        (["beside"], .at),
    ]

    /// Verbs that move things to a place whose preposition says how.
    static let carrying: Set<String> = [
        "put", "place", "set", "lay", "bring", "move", "carry", "take", "get", "deliver", "transfer", "fetch",
        "return", "transport", "insert", "drop", "store", "stow", "relocate", "leave", "stack", "load",
        "give", "hand",
        "pass", "throw", "toss", "shift",
    ]

    /// Verbs that make a robot go, and what it then does itself.
    static let sending = ["send": "go"]

    /// Particles that add nothing to a carrying verb.
    static let particles: Set<String> = ["down", "over", "up", "away", "back"]

    /// Verbs that take things out of or off a place.
    static let removing: Set<String> = ["remove", "take", "get", "unload", "clear"]

    static let modals: [[String]] = [
        ["should"], ["must"], ["shall"], ["has", "to"], ["have", "to"], ["needs", "to"], ["need", "to"],
        ["ought", "to"], ["will"], ["is", "to"], ["are", "to"],
    ]

    /// “to be”, and what wants a state to last or to come.
    static let being: [(words: [String], modality: State.Modality)] = [
        (["is"], .plain), (["are"], .plain), (["was"], .past), (["were"], .past), (["ends", "up"], .wanted),
        (["end", "up"], .wanted), (["stays"], .wanted), (["stay"], .wanted), (["remains"], .wanted),
        (["to", "be"], .wanted),
        (["lies"], .plain), (["lie"], .plain), (["sits"], .plain), (["stands"], .plain), (["stand"], .plain),
    ]

    /// Said of what was so before anything is done.
    static let past: Set<String> = [
        "originally", "initially", "currently", "now", "already", "presently", "formerly",
    ]

    /// Said within a statement, adding nothing to it.
    static let fillers: Set<String> = [
        "both", "all", "located", "placed", "found", "lying", "sitting", "standing", "also", "put",
        "kept", "stored", "left", "situated", "somewhere",
    ]

    static let pronouns: [String: Pronoun] = ["it": .it, "them": .them, "they": .them]

    static let relatives: Set<String> = ["which", "that", "who"]

    /// Verbs that hand a command on: “ask the dog to open the fridge”.
    static let asking: Set<String> = ["ask", "tell", "let", "have", "use", "order", "instruct"]

    /// Adjectives and the fact that they speak of.
    static let adjectives: [String: (predicate: String, isPositive: Bool)] = [
        "open": ("open", true), "opened": ("open", true), "closed": ("open", false), "shut": ("open", false),
        "clean": ("clean", true), "cleaned": ("clean", true), "mopped": ("clean", true),
        "dirty": ("clean", false),
        "flying": ("flying", true), "airborne": ("flying", true),
    ]

    /// Names that mean the same, used only where the scene has none of its own.
    static let synonyms: [[String]] = [
        ["fridge", "refrigerator", "icebox"], ["sofa", "couch", "settee"],
        ["trash can", "garbage can", "bin", "dustbin", "rubbish bin"],
        ["cupboard", "cabinet"], ["living room", "lounge", "sitting room"],
        ["quadrotor", "drone", "quadcopter", "uav"],
        ["tv", "television"], ["hall", "hallway", "corridor"], ["bathroom", "washroom"],
        ["mug", "coffee mug"],
        ["counter", "countertop", "worktop"], ["robot dog", "dog", "quadruped"],
        ["bedside table", "nightstand"],
        ["stove", "cooker"], ["item", "thing", "object"], ["person", "human"], ["dish towel", "tea towel"],
    ]

    /// Every word listed here.
    static let words: Set<String> = {
        var words = articles.union(carrying).union(particles).union(removing).union(past).union(fillers)
        words.formUnion(relatives.union(asking).union(quantifiers).union(numbers.keys).union(pronouns.keys))
        words.formUnion(adjectives.keys)
        for list in courtesies + demands + modals { words.formUnion(list) }
        for (list, _) in joints { words.formUnion(list) }
        for (list, _) in prepositions { words.formUnion(list) }
        for (list, _) in being { words.formUnion(list) }
        words.formUnion(carrying.map(Inflection.thirdPerson))
        words.formUnion(["you", "be", "with", "not", "holding", "held", "there", "of", "everything"])
        words.formUnion(sending.keys)
        return words
    }()

    static let quantifiers: Set<String> = ["every", "all", "each", "both", "any", "some", "no"]
}
