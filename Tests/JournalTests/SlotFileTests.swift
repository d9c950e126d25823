import Foundation
import Journal
import Testing

struct SlotFileTests {
    @Test func `what was written last is read`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/slots"
        do {
            let file = try SlotFile(path: path, capacity: 100)
            #expect(file.contents == .none)
            for number in 0..<5 { try file.write(Array("state \(number)".utf8)) }
            #expect(throws: JournalError.self) { try file.write([UInt8](repeating: 1, count: 101)) }
        }
        #expect(try SlotFile(path: path, capacity: 100).contents == .bytes(Array("state 4".utf8)))
    }

    @Test func `a torn write leaves what was there before`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/slots"
        do {
            let file = try SlotFile(path: path, capacity: 100)
            try file.write(Array("first".utf8))
            try file.write(Array("second".utf8))
        }
        // The second write went to the first slot; each byte of it is lost in turn.
        let whole = try Data(contentsOf: URL(filePath: path))
        for place in 0..<(24 + 6) {
            var torn = whole
            torn[place] ^= 0x40
            try torn.write(to: URL(filePath: path))
            #expect(
                try SlotFile(path: path, capacity: 100).contents == .bytes(Array("first".utf8)),
                "byte \(place)")
        }
    }

    @Test func `damage to both is told, and never taken for an empty file`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/slots"
        do {
            let file = try SlotFile(path: path, capacity: 100)
            try file.write([1])
            try file.write([2])
        }
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[10] ^= 1
        bytes[124 + 10] ^= 1
        try bytes.write(to: URL(filePath: path))
        let file = try SlotFile(path: path, capacity: 100)
        #expect(file.contents == .damaged)
        try file.write([3])
    }
}
