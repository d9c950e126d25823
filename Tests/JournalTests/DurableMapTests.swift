import GRDB
import Testing

@testable import Journal

@Suite struct DurableMapTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `entries are set, replaced, listed and removed`() throws {
        let map = try DurableMap(path: folder.file("m"))
        try map.record(key: "b", payload: [1])
        try map.record([("a", [2, 3]), ("b", [4])])
        #expect(try map.read("a") == [2, 3])
        #expect(try map.read("b") == [4])
        #expect(try map.read("c") == nil)
        #expect(try map.all().map(\.key) == ["a", "b"])
        try map.remove(["a", "nothing"])
        #expect(try map.all().map(\.payload) == [[4]])
    }

    @Test func `what was recorded is there after a kill`() throws {
        let map = try DurableMap(path: folder.file("m"))
        try map.record(key: "token", payload: [9])
        try folder.copyAsLeftByKill("m", to: "n")
        #expect(try DurableMap(path: folder.file("n")).read("token") == [9])
        withExtendedLifetime(map) {}
    }

    @Test func `a damaged entry is an error and the others can be read`() throws {
        do {
            let map = try DurableMap(path: folder.file("m"))
            try map.record([("good", [1]), ("bad", [2])])
        }
        try DatabaseQueue(path: folder.file("m")).write {
            try $0.execute(sql: "UPDATE entry SET payload = x'03' WHERE key = 'bad'")
        }
        let map = try DurableMap(path: folder.file("m"))
        #expect(try map.read("good") == [1])
        #expect(throws: JournalError(.damaged, "")) { try map.read("bad") }
        #expect(throws: JournalError(.damaged, "")) { try map.all() }
        try map.remove(["bad"])
        #expect(try map.all().map(\.key) == ["good"])
    }

    @Test func `a journal’s file is refused as a map`() throws {
        _ = try Journal(path: folder.file("j"))
        #expect(throws: JournalError(.newerSchema, "")) { try DurableMap(path: folder.file("j")) }
    }
}
