import PonsTesting
import Testing

struct JournalRouteTests {
    private let probe = Probe()

    @Test func `records come with length and number before each`() async throws {
        let answer = try await probe.get("/v1/journal?from=2&to=3")
        #expect(answer.status == 200)
        let two: [UInt8] = [10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 2]
        let three: [UInt8] = [11, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 3, 3, 3]
        #expect([UInt8](answer.body) == two + three)
        #expect(try await probe.get("/v1/journal?from=9").body.isEmpty)
    }

    @Test func `records that are gone are said to be`() async throws {
        let answer = try await probe.get("/v1/journal")
        #expect(answer.status == 410)
        #expect(answer.code == "recordsGone")
    }

    @Test(arguments: ["from=x", "from=0", "from=5&to=4", "to=-1"])
    func `a number that is none is refused`(query: String) async throws {
        let answer = try await probe.get("/v1/journal?\(query)")
        #expect(answer.status == 400)
        #expect(answer.code == "invalidParameter")
    }
}
