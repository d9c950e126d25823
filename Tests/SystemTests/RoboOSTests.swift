import Foundation
import Testing

struct RoboOSTests {
    private static let sentence = """
        Now you are at the kitchen table, pick up the apple from the kitchen table, navigate to the serving table, \
        place the apple on the serving table, pick up the bowl from the serving table, navigate to the kitchen \
        table, place the bowl on the kitchen table.
        """
    private static let data: String? = {
        let folder = ProcessInfo.processInfo.environment["PONS_TEST_DATA"] ?? Site.root + "/../shared/data"
        return folder == "none" ? nil : folder
    }()

    @Test(.enabled(if: data != nil), .timeLimit(.minutes(1)))
    func `the sentence of another manual is carried out in its own scene`() async throws {
        let site = try Site(simulationSpeed: 50)
        try FileManager.default.copyItem(
            atPath: Site.root + "/Deploy/config/robots.d/realman.yaml",
            toPath: site.dropIns + "/robots.d/realman.yaml")
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        let applied = try await site.pons("scene", "apply", try #require(Self.data) + "/roboos/profile.yaml")
        #expect(applied.code == 0, "\(applied.output)")
        let run = try await site.pons("submit", Self.sentence, "--wait", "-o", "json")
        #expect(run.code == 0, "\(run.output.suffix(600))")
        let last = run.output.replacingOccurrences(of: " ", with: "")
        #expect(last.contains("\"state\":\"succeeded\""))
        let facts = try await site.pons("memory", "facts")
        #expect(facts.output.contains("on(apple, servingTable)"))
        #expect(facts.output.contains("on(bowl, kitchenTable)"))
    }
}
