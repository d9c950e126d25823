import HTTPAPI
import HTTPTypes
import RobotModel
import Testing

struct ErrorCatalogueTests {
    static let codes =
        APIErrorCode.allCases.map(\.rawValue) + RejectionCode.allCases.map(\.rawValue)
        + FailureCode.allCases.map(\.rawValue)

    @Test(arguments: codes)
    func `every code has a status, a title and advice`(code: String) {
        let entry = ErrorCatalogue.entry(for: code)
        #expect(entry.code == code, "“\(code)” isn’t in the table")
        #expect((400..<600).contains(entry.status.code))
        #expect(!entry.title.isEmpty && entry.advice.hasSuffix("."))
    }

    @Test func `the table has no code that nothing throws`() {
        #expect(Set(ErrorCatalogue.entries.map(\.code)).subtracting(Self.codes).isEmpty)
    }
}
