public import RobotModel

/// Understands controlled English: turns an instruction into a goal, without
/// a model, the same for the same words and world.
///
/// An instruction is clauses joined by commas, “and”, “then” and full stops:
/// - commands by the phrases of the registered skills, and by verbs of putting
///   and bringing (“put every mug in the dishwasher”);
/// - goals said as states (“the fridge should be closed”, “the quadrotor
///   lands on the table with the bread in the basket”);
/// - descriptions that tell things apart (“the cup is originally in the
///   fridge”), and what the robot spoken to should know (“you are at the
///   table”), which become ``Goal/observations``.
///
/// Things are called by id, by name, by type, or by the last part of their
/// name, in this order; an exact name wins over a partial one. “The mugs” and
/// “every mug” are all of them, “a mug” is any, and “two mugs” are the first
/// two by id. What “every mug on the table” means is settled when it is said.
/// ``GoalBuilder`` states how clauses become stages, ``FormulaMaker`` what
/// “on”, “in” and “to” ask for.
public struct Interpreter: Sendable {
    /// The longest instruction, in words and in bytes of UTF-8.
    static let mostWords = 4_000
    static let mostBytes = 64_000

    public init() {}

    /// The goal that `words` express in this context.
    ///
    /// - Throws: `invalidRequest` for nothing or too much; `notUnderstood`
    ///   with the words that weren’t and near matches; `unknownSkill` for a
    ///   verb that no skill has; `unknownEntity` for a thing that isn’t there;
    ///   `ambiguous` with the things that a name may mean and where each is;
    ///   `noCapableRobot` where one robot is spoken to and none can do it all.
    public func interpret(_ words: String, in context: LanguageContext) throws(Rejection) -> Goal {
        guard words.utf8.count <= Self.mostBytes else { throw Self.tooLong }
        let text = InstructionText(words)
        let count = text.tokens.count { $0.kind == .word }
        guard count > 0 else {
            throw Rejection(.invalidRequest, "the instruction is empty: say what is to be done")
        }
        guard count <= Self.mostWords else { throw Self.tooLong }
        let lexicon = Lexicon(context)
        var parser = InstructionParser(tokens: text.tokens, lexicon: lexicon)
        let clauses: [ParsedClause]
        switch parser.parse() {
        case .understood(let all): clauses = all
        case .stuck(let token): throw Diagnosis(text: text, lexicon: lexicon).rejection(stuckAt: token)
        }
        // Who “you” is depends on all that is asked, so that is read first.
        var survey = GoalBuilder(lexicon: lexicon, context: context, text: text, speaker: .team)
        let goal = try survey.build(clauses)
        let speaker = try survey.needs.speaker(in: context, resolver: survey.resolver)
        guard speaker != .team else { return try Self.checked(goal, words) }
        var builder = GoalBuilder(lexicon: lexicon, context: context, text: text, speaker: speaker)
        return try Self.checked(try builder.build(clauses), words)
    }

    private static func checked(_ goal: Goal, _ words: String) throws(Rejection) -> Goal {
        guard !goal.stages.isEmpty else {
            throw Rejection(.notUnderstood, "this only describes: say what is to be done", parts: [words])
        }
        return goal
    }

    private static let tooLong = Rejection(
        .invalidRequest,
        "the instruction is longer than \(mostWords) words or \(mostBytes) bytes: split it into tasks")
}
