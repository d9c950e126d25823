import Foundation
import RobotModel

/// The files that a node keeps over restarts.
struct StateFolder: Sendable {
    let path: String

    /// Makes the folder, for its owner alone, where it isn't there.
    init(path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    var journal: String { path + "/journal.db" }
    var memory: String { path + "/memory.db" }
    var edgeLedger: String { path + "/edge.db" }
    var simulationLedger: String { path + "/simulation.ledger" }
    var hostSocket: String { path + "/edge.sock" }
    var emergencyLatch: String { path + "/estop.latch" }
    var emergencySocket: String { path + "/estop.sock" }
    private var sceneFile: String { path + "/scene.json" }
    private var tokenFile: String { path + "/token" }

    /// The operator's token, made on the first start; its file is for the
    /// owner's eyes.
    func token() throws -> String {
        if let known = try? String(contentsOfFile: tokenFile, encoding: .utf8) {
            let token = known.trimmingCharacters(in: .whitespacesAndNewlines)
            if token.utf8.count >= 16 { return token }
        }
        let token = (0..<32).map { _ in String(UInt8.random(in: 0...255), radix: 16).leftPadded(to: 2) }
            .joined()
        try replace(tokenFile, with: Data((token + "\n").utf8))
        return token
    }

    /// The scene that was applied last; the simulation starts from it.
    func scene() throws -> SceneDescription? {
        guard let data = FileManager.default.contents(atPath: sceneFile) else { return nil }
        return try JSONDecoder().decode(SceneDescription.self, from: data)
    }

    func save(_ scene: SceneDescription) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try replace(sceneFile, with: try encoder.encode(scene))
    }

    /// Writes a file whole or not at all, readable by its owner only.
    private func replace(_ file: String, with data: Data) throws {
        let draft = file + ".new"
        guard
            FileManager.default.createFile(
                atPath: draft, contents: data, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: draft]) }
        guard let handle = FileHandle(forUpdatingAtPath: draft) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: draft])
        }
        try handle.synchronize()
        try handle.close()
        guard rename(draft, file) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file])
        }
    }
}

extension String {
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: "0", count: max(0, width - count)) + self
    }
}
