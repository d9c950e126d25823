import RobotModel
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: ["a", "kitchen_table", "Bed-2", "v1.0", "0", String(repeating: "x", count: 128)])
    func `letters, digits and three marks make an identifier`(text: String) {
        #expect(IdentifierRules.allows(text))
    }

    @Test(arguments: [
        "", " ", "a b", "a,b", "a(b)", "a?b", "*", "é", "🍎", "a\u{0}", "a\n", "ａ",
        String(repeating: "x", count: 129),
        "self", "and", "or", "not", "forall", "exists",
    ])
    func `anything else is none`(text: String) {
        #expect(!IdentifierRules.allows(text))
    }

    @Test(arguments: [
        ("coffee table", "coffee_table"), ("a  b", "a_b"), ("<toy car>(46)", "toy_car46"), ("été", "t"),
        ("🍎", ""), ("", ""),
        ("a_ b", "a_b"), (" a", "_a"),
    ])
    func `legalised text keeps what is legal`(text: String, legal: String) {
        #expect(IdentifierRules.legalised(text) == legal)
    }

    @Test func `identifiers are ordered by their text`() {
        #expect(["b", "a", "B"].map { EntityID($0) }.sorted() == ["B", "a", "b"])
        #expect(EntityID(RobotID("dog")) == "dog")
        #expect(RobotID(EntityID("dog")) == "dog")
    }

    @Test func `attempts are ordered by task, step and number`() {
        let first = AttemptID(task: "t1", step: "s1", number: 2)
        #expect(first < AttemptID(task: "t1", step: "s1", number: 10))
        #expect(first < AttemptID(task: "t1", step: "s2", number: 1))
        #expect(first < AttemptID(task: "t2", step: "s1", number: 1))
        #expect(first.description == "t1/s1/2")
    }

    @Test func `a later epoch beats every earlier token`() {
        #expect(FencingToken(epoch: 1, counter: .max) < FencingToken(epoch: 2, counter: 0))
        #expect(FencingToken(epoch: 2, counter: 3) < FencingToken(epoch: 2, counter: 4))
        #expect(!(FencingToken(epoch: 2, counter: 4) < FencingToken(epoch: 2, counter: 4)))
    }
}
