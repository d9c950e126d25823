import Foundation
import Testing

@testable import Journal

/// The room that SQLite's log has from the start.
@Suite struct LogRoomTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func size(_ name: String) throws -> Int {
        try #require(SQLiteFile.size(folder.file(name)))
    }

    @Test func `small commits don’t let the log grow, and all that they wrote is read after a kill`() throws {
        let journal = try Journal(path: folder.file("live"))
        #expect(try size("live-wal") == DiskSettings.usualLogBytes)
        for number in 1...100 as ClosedRange<UInt8> { try journal.append([[number]]) }
        #expect(try size("live-wal") == DiskSettings.usualLogBytes)
        try folder.copyAsLeftByKill("live", to: "j")
        let again = try Journal(path: folder.file("j"))
        #expect(again.lastSequence == 100)
        #expect(try again.read(after: 0, limit: 200).map(\.payload) == (1...100).map { [$0] })
        #expect(try again.check().isSound)
        withExtendedLifetime(journal) {}
    }

    @Test func `a map’s log has its room too`() throws {
        let map = try DurableMap(path: folder.file("m"))
        for number in 0...99 as ClosedRange<UInt8> { try map.record(key: "k", payload: [number]) }
        #expect(try size("m-wal") == DiskSettings.usualLogBytes)
        #expect(try map.read("k") == [99])
    }

    @Test func `none is taken where none is wanted`() throws {
        let journal = try Journal(path: folder.file("live"), disk: .none)
        let before = try size("live-wal")
        try journal.append([[1]])
        #expect(try size("live-wal") > before)
    }
}
