import Foundation
import Journal

/// A copy of a running node's journal, to read in peace: the node has its own
/// to itself. Gone with the last reference to it.
final class JournalCopy {
    let journal: Journal
    /// Of the files, log and all.
    let byteCount: Int
    private let path: String

    /// - Parameter node: at rest, with nothing left to write.
    init(of node: EmbeddedNode, _ folder: LabFolder) throws {
        let original = node.state.appending(path: "journal.db").path
        path = folder.url.appending(path: "copy-\(UUID().uuidString.prefix(8)).db").path
        var bytes = 0
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: original + suffix) {
            try FileManager.default.copyItem(atPath: original + suffix, toPath: path + suffix)
            let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
            bytes += attributes[.size] as? Int ?? 0
        }
        byteCount = bytes
        journal = try Journal(path: path)
    }

    deinit {
        for suffix in ["", "-wal", "-shm", ".lock"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }
}
