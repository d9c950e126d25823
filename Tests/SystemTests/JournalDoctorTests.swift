import Foundation
import Testing

/// Damage to the only copy of what was acknowledged: said, and repaired where
/// a person decides so.
struct JournalDoctorTests {
    @Test(.timeLimit(.minutes(2)))
    func `a daemon whose journal lost its end says so, and goes on after the doctor`() async throws {
        let site = try Site(simulationSpeed: 20, scene: Workshop.scene(items: 1))
        let journal = site.state + "/journal.db"
        let first = try await site.start()
        let task = try await site.submit("on(item0, shelf)")
        _ = try await site.story(of: task)
        await first.kill()
        #expect(try await site.pons("doctor", "--journal", journal).code == 0)

        try cut(journal + "-wal", frames: 12)
        let second = try Program(Site.programs + "/ponsd", ["--config", site.folder + "/ponsd.yaml"])
        _ = try await second.errors.first(containing: "were acknowledged")
        #expect(await second.end() != 0)

        let examination = try await site.pons("doctor", "--journal", journal)
        #expect(examination.code == 1)
        #expect(examination.output.contains("only a backup has more"), "\(examination.output)")
        let repair = try await site.pons("doctor", "--journal", journal, "--repair", "-o", "json")
        #expect(repair.code == 0, "\(repair.output)")
        struct Repair: Decodable {
            let movedTo: String
            enum CodingKeys: String, CodingKey { case movedTo = "moved_to" }
        }
        let moved = try JSONDecoder().decode(Repair.self, from: Data(repair.output.utf8)).movedTo
        #expect(FileManager.default.fileExists(atPath: moved + "/journal.db-wal"))

        let third = try await site.start()
        defer { third.signal(SIGKILL) }
        let backup = site.folder + "/backup.db"
        #expect(try await site.pons("journal", "backup", "--journal", journal, "--to", backup).code == 0)
        #expect(FileManager.default.fileExists(atPath: backup))
    }

    /// Takes the last frames from SQLite's log, behind which it has empty room.
    private func cut(_ log: String, frames: Int) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: log))
        let (header, frame) = (32, 4096 + 24)
        // A frame begins with the number of its page, and none has number 0.
        let end = stride(from: header, to: bytes.count - frame, by: frame).first { start in
            bytes[start..<start + 4].allSatisfy { $0 == 0 }
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try file.truncate(atOffset: UInt64((end ?? bytes.count) - frames * frame))
        try file.close()
    }
}
