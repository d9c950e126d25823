import Foundation
import Testing

@testable import pons_lab

@Suite struct CBaselineTests {
    @Test func `bare SQLite and bare libzmq are measured, and agree with each other`() throws {
        let baselines = CBaselines(folder: try LabFolder())
        let single = try baselines.appendRate(rows: 1, payloadBytes: 100, commits: 20)
        let batch = try baselines.appendRate(rows: 100, payloadBytes: 100, commits: 20)
        #expect(single > 0)
        // A hundred rows share what one commit costs.
        #expect(batch > single)
        #expect(try baselines.tripRate(inFlight: 8, messageBytes: 100, rounds: 200) > 0)
        let series = try baselines.seriesRate(
            trips: 1, messageBytes: 100, commits: 2, payloadBytes: 100, rounds: 20)
        #expect(series > 0)
    }

    @Test func `what the C loops can’t do is told`() throws {
        let folder = try LabFolder()
        try FileManager.default.removeItem(at: folder.url)
        #expect(throws: (any Error).self) {
            try CBaselines(folder: folder).appendRate(rows: 1, payloadBytes: 1, commits: 1)
        }
    }
}
