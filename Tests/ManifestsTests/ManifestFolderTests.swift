import Foundation
import Manifests
import RobotModel
import Testing

@Suite final class ManifestFolderTests {
    let path = NSTemporaryDirectory() + "folder-tests-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    func skill(_ name: String) -> String { "apiVersion: pons/v1\nkind: Skill\nname: \(name)\n" }

    @Test func `good files are loaded in the order of their names and bad ones reported`() throws {
        try write("20-b.yml", skill("b"))
        try write("10-a.yaml", skill("a"))
        try write("30-bad.yaml", skill("bad") + "phrasez: []\nrisk: none\n")
        try write("40-c.json", #"{"apiVersion": "pons/v1", "kind": "Skill", "name": "c"}"#)
        try write("50-again.yaml", skill("a"))
        try write("60-binary.yaml", "x")
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: path + "/60-binary.yaml"))
        try write("notes.txt", "no manifest")
        try write(".hidden.yaml", "no manifest")
        try FileManager.default.createDirectory(
            atPath: path + "/70-folder.yaml", withIntermediateDirectories: true)

        let folder = ManifestReader().skills(inFolder: path)
        #expect(folder.models.map(\.name) == ["a", "b", "c"])
        #expect(folder.files == ["10-a.yaml", "20-b.yml", "40-c.json"].map { path + "/" + $0 })
        #expect(folder.errors.map(\.code) == [.unknownKey, .badValue, .duplicate, .unreadable, .unreadable])
        #expect(folder.errors.map(\.line) == [4, 5, 0, 0, 0])
        #expect(folder.errors[2].message == "“a” is declared by \(path)/10-a.yaml already")
    }

    @Test func `a folder that isn’t there is empty, and a file is no folder`() throws {
        let none = ManifestReader().robots(inFolder: path + "/nowhere")
        #expect(none.models.isEmpty)
        #expect(none.errors.isEmpty)
        try write("file", "")
        #expect(ManifestReader().scenes(inFolder: path + "/file").errors.map(\.code) == [.unreadable])
    }
}
