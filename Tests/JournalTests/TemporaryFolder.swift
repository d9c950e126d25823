import Foundation

/// A folder of its own for one test, gone when the test is over.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "journal-tests-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    /// Copies a database with its log and witness, as a killed process leaves them.
    func copyAsLeftByKill(_ name: String, to copy: String) throws {
        for suffix in ["", "-wal", ".witness"]
        where FileManager.default.fileExists(atPath: file(name + suffix)) {
            try FileManager.default.copyItem(atPath: file(name + suffix), toPath: file(copy + suffix))
        }
    }
}
