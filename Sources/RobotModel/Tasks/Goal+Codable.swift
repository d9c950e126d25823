/// How goals look in JSON and YAML. Cases are named by their only key:
///
/// ```json
/// {"stages": [{"aim": {"achieve": "on(apple, table)"}, "performer": "any"},
///             {"aim": {"perform": {"skill": "mop", "arguments": {"target": "hall"}}},
///              "performer": {"robot": "dog"}}]}
/// ```
/// A stage's performer may be left out (`any`), and so may a goal's
/// observations and a call's robot and arguments.
extension GoalAim {
    enum CodingKeys: String, CodingKey, CaseIterable { case achieve, perform }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.onlyKey(of: CodingKeys.allCases) {
        case .achieve: self = .achieve(try container.decode(Formula.self, forKey: .achieve))
        case .perform: self = .perform(try container.decode(SkillCall.self, forKey: .perform))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .achieve(let formula): try container.encode(formula, forKey: .achieve)
        case .perform(let call): try container.encode(call, forKey: .perform)
        }
    }
}

extension Performer {
    enum CodingKeys: String, CodingKey, CaseIterable { case robot, same }

    public init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            guard word == "any" else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "expected “any”, {\"robot\": …} or {\"same\": …}"))
            }
            self = .any
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.onlyKey(of: CodingKeys.allCases) {
        case .robot: self = .robot(try container.decode(RobotID.self, forKey: .robot))
        case .same: self = .same(try container.decode(String.self, forKey: .same))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        if case .any = self {
            var word = encoder.singleValueContainer()
            try word.encode("any")
            return
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .any: break
        case .robot(let id): try container.encode(id, forKey: .robot)
        case .same(let label): try container.encode(label, forKey: .same)
        }
    }
}

extension GoalStage {
    enum CodingKeys: String, CodingKey { case aim, performer }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(GoalAim.self, forKey: .aim),
            by: try container.decodeIfPresent(Performer.self, forKey: .performer) ?? .any)
    }
}

extension Goal {
    enum CodingKeys: String, CodingKey { case stages, observations }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            stages: try container.decode([GoalStage].self, forKey: .stages),
            observations: try container.decodeIfPresent([Literal].self, forKey: .observations) ?? [])
    }
}

extension TaskAsk {
    enum CodingKeys: String, CodingKey, CaseIterable { case words, goal, workflow }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.onlyKey(of: CodingKeys.allCases) {
        case .words: self = .words(try container.decode(String.self, forKey: .words))
        case .goal: self = .goal(try container.decode(Goal.self, forKey: .goal))
        case .workflow: self = .workflow(try container.decode(Workflow.self, forKey: .workflow))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .words(let words): try container.encode(words, forKey: .words)
        case .goal(let goal): try container.encode(goal, forKey: .goal)
        case .workflow(let workflow): try container.encode(workflow, forKey: .workflow)
        }
    }
}

extension KeyedDecodingContainer {
    /// The one key of `keys` that is there.
    /// - Throws: `DecodingError.dataCorrupted` where none or several are.
    fileprivate func onlyKey(of keys: [Key]) throws -> Key {
        let present = keys.filter(contains)
        guard present.count == 1 else {
            let names = keys.map { "“\($0.stringValue)”" }.joined(separator: ", ")
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath, debugDescription: "expected exactly one of \(names)"))
        }
        return present[0]
    }
}
