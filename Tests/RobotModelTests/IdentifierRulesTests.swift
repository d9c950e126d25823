import RobotModel
import Testing

@Suite struct IdentifierRulesTests {
    @Test(arguments: ["a", "kitchen_table", "Bed-2", "v1.0", "0"])
    func `letters, digits and three marks make an identifier`(text: String) {
        #expect(IdentifierRules.allows(text))
    }
}
