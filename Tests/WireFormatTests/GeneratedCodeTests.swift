import Foundation
import Testing

/// The C in `Sources/CWire` is what `Protos/generate` makes of the protos.
@Suite struct GeneratedCodeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func files(in folder: URL) throws -> [String: Data] {
        var result: [String: Data] = [:]
        for part in ["pons/v1", "include/pons/v1"] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: part).path)
            for name in names {
                result["\(part)/\(name)"] = try Data(contentsOf: folder.appending(path: "\(part)/\(name)"))
            }
        }
        return result
    }

    @Test func `the generated C is current`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pons-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let generate = Process()
        generate.executableURL = Self.root.appending(path: "Protos/generate")
        generate.arguments = [folder.path]
        try generate.run()
        generate.waitUntilExit()
        try #require(generate.terminationStatus == 0, "needs protoc-c (Debian: protobuf-c-compiler)")

        let made = try files(in: folder)
        let committed = try files(in: Self.root.appending(path: "Sources/CWire"))
        #expect(made.keys.sorted() == committed.keys.sorted())
        for (name, data) in made.sorted(by: { $0.key < $1.key }) {
            #expect(committed[name] == data, "\(name): run Protos/generate and commit what it makes")
        }
    }
}
