import Foundation
import Synchronization
import Testing

@testable import Journal

/// A file system of a few megabytes, in memory.
private final class SmallDisk {
    let path: String

    /// Nil where we may not mount one.
    init?(_ folder: TemporaryFolder, megabytes: Int) throws {
        path = folder.file("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard geteuid() == 0, mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            return nil
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Takes all that is left.
    func fill() throws {
        try Data().write(to: URL(fileURLWithPath: path + "/ballast"))
        let ballast = try FileHandle(forWritingTo: URL(fileURLWithPath: path + "/ballast"))
        for size in [1 << 16, 1 << 12] {
            while (try? ballast.write(contentsOf: Data(count: size))) != nil {}
        }
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/ballast") }
}

/// A clock that stands still until it is moved.
private final class HandClock: Sendable {
    private let time = Mutex<Int64>(0)

    func advance(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000_000 } }

    @Sendable func now() -> Int64 { time.withLock { $0 } }
}

@Suite struct DiskReserveTests {
    let folder: TemporaryFolder
    private let clock = HandClock()

    init() throws { folder = try TemporaryFolder() }

    static let isRoot = geteuid() == 0
    static let settings = DiskSettings(
        reserveBytes: 4 << 20, refuseBelowFreeBytes: 2 << 20, checkEvery: .seconds(1))

    @Test(.enabled(if: isRoot, "mounting a small disk takes root"))
    func `a full disk refuses new work, lets promised work go on, and recovers by itself`() throws {
        let disk = try #require(try SmallDisk(folder, megabytes: 16))
        let journal = try Journal(path: disk.path + "/j", disk: Self.settings, now: clock.now)
        let record = [UInt8](repeating: 1, count: 10_000)
        try journal.append([record])
        #expect(journal.refusal == nil)

        try disk.fill()
        #expect(journal.refusal == nil, "the disk is looked at once a second")
        clock.advance(seconds: 1)
        #expect(journal.refusal?.code == .diskFull)

        // 100 records are some 2 MB in the log: without the reserve there isn't
        // room for one.
        for _ in 0..<100 { try journal.append([record]) }
        #expect(journal.refusal?.code == .diskFull)

        try disk.makeRoom()
        #expect(journal.refusal?.code == .diskFull, "the disk is looked at once a second")
        clock.advance(seconds: 1)
        #expect(journal.refusal == nil)
        let reserve = try FileManager.default.attributesOfItem(atPath: disk.path + "/j.reserve")
        #expect(reserve[.size] as? Int == 4 << 20)
        #expect(try journal.append([record]) == 102...102)
        #expect(try journal.check().isSound)
    }

    @Test(.enabled(if: isRoot, "mounting a small disk takes root"))
    func `when the reserve is used up nothing is half written and it goes on with room`() throws {
        let disk = try #require(try SmallDisk(folder, megabytes: 16))
        let journal = try Journal(path: disk.path + "/j", disk: Self.settings, now: clock.now)
        try disk.fill()
        let record = [UInt8](repeating: 1, count: 50_000)
        var promised = 0
        let failure: JournalError
        while true {
            do throws(JournalError) {
                try journal.append([record])
                promised += 1
            } catch {
                failure = error
                break
            }
        }
        #expect(failure.code == .diskFull)
        #expect(promised >= 40, "the reserve carries 4 MB: \(promised)")
        #expect(journal.lastSequence == UInt64(promised))
        #expect(throws: JournalError(.diskFull, "")) { try journal.append([record]) }
        try disk.makeRoom()
        clock.advance(seconds: 1)
        #expect(try journal.append([record]) == UInt64(promised + 1)...UInt64(promised + 1))
        #expect(journal.refusal == nil)
        #expect(try journal.read(after: 0, limit: 10_000).count == promised + 1)
        #expect(try journal.check().isSound)
    }

    @Test(.enabled(if: isRoot, "mounting a small disk takes root"))
    func `a journal opens on a disk that is full`() throws {
        let disk = try #require(try SmallDisk(folder, megabytes: 16))
        do {
            let journal = try Journal(path: disk.path + "/j", disk: Self.settings, now: clock.now)
            try journal.append([[1]])
        }
        try disk.fill()
        let journal = try Journal(path: disk.path + "/j", disk: Self.settings, now: clock.now)
        #expect(journal.refusal?.code == .diskFull)
        #expect(try journal.append([[2]]) == 2...2)
    }

    @Test func `a file that may not grow gives the reserve up before it refuses`() throws {
        let journal = try Journal(path: folder.file("j"), disk: Self.settings, now: clock.now)
        try journal.limitSize(toPages: 20)
        #expect(throws: JournalError(.diskFull, "")) {
            try journal.append([[UInt8](repeating: 7, count: 200_000)])
        }
        #expect(journal.refusal?.code == .diskFull)
        try journal.limitSize(toPages: 1_000)
        clock.advance(seconds: 1)
        #expect(journal.refusal == nil)
    }

    @Test func `a disk that has less free than the mark refuses new work from the start`() throws {
        let settings = DiskSettings(reserveBytes: 0, refuseBelowFreeBytes: 1 << 60)
        let journal = try Journal(path: folder.file("j"), disk: settings, now: clock.now)
        #expect(journal.refusal?.code == .diskFull)
        #expect(try journal.append([[1]]) == 1...1)
    }
}
