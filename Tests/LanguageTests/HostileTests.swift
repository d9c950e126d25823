import Language
import PlanRules
import RobotModel
import Testing

/// Whatever is said is answered, and soon.
@Suite(.serialized) struct HostileTests {
    struct Words: CustomTestStringConvertible, Sendable {
        var text: String
        init(_ text: String) { self.text = text }
        var testDescription: String { "\(text.prefix(24))… (\(text.count) characters)" }
    }

    static let words = [
        String(repeating: "🍎", count: 3_000),
        String(repeating: "🍎 ", count: 3_000),
        String(repeating: "put the bread on the coffee table ", count: 500),
        String(repeating: "bread, and ", count: 1_500),
        "put " + String(repeating: "bread and ", count: 1_900) + "bread on the coffee table",
        "open the fridge" + String(repeating: " which is in the kitchen", count: 700),
        "put the plate" + String(repeating: " on the plate", count: 1_000),
        String(repeating: "open the fridge, ", count: 1_200),
        String(repeating: "put every mug in the sink then put every mug in the fridge then ", count: 120)
            + "mop the hall",
        String(repeating: "the the the a every all both no two ", count: 400),
        String(repeating: "with the bread in the basket ", count: 600),
        String(repeating: "dog, ", count: 3_000),
        String(repeating: "a", count: 60_000),
        "\u{0}\u{FEFF}\u{202E}open\u{0}the\u{200D}fridge",
        String(repeating: "e\u{301}", count: 9_000),
        "open {target} (a|b) [x] <fridge>(", "'s's's ’s’s dog's's's fridge",
        "put 99999999999999999999999999 mugs in the sink",
    ].map(Words.init)

    @Test(.timeLimit(.minutes(2)), arguments: words)
    func `hostile words are answered at once`(words: Words) throws {
        let home = try Fixtures.home()
        let took = ContinuousClock().measure { _ = Fixtures.refusal(words.text, in: home) }
        #expect(took < .seconds(30), "\(took)")
    }

    @Test func `random words never trap`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SplitMix(seed)
        let home = try Fixtures.home()
        let words = [
            "put", "the", "mug", "mugs", "every", "in", "on", "to", "sink", "and", "then", ",", ".", "which",
            "is", "are",
            "dog", "you", "it", "them", "open", "fridge", "two", "no", "a", "all", "both", "of", "with",
            "from", "kitchen",
            "'s", "be", "should", "not", "originally", "pick", "up", "go", "plate", "closed", "take", "off",
            "there", "🍎",
        ]
        var understood = 0
        for _ in 0..<400 {
            let count = Int.random(in: 1...12, using: &random)
            let text = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }.joined(
                separator: " ")
            if Fixtures.refusal(text, in: home) == nil { understood += 1 }
        }
        #expect(understood < 400)
    }
}
