import Foundation
import Testing

/// The folder of data that isn’t part of the project.
enum OutsideData {
    /// Nil where `PONS_TEST_DATA=none` waives the tests that need it.
    static let folder: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = ProcessInfo.processInfo.environment["PONS_TEST_DATA"] ?? root.path + "/../shared/data"
        return path == "none" ? nil : path
    }()

    static func file(_ name: String) throws -> Data {
        let path = try #require(folder) + "/" + name
        return try #require(
            FileManager.default.contents(atPath: path),
            "\(path) is missing; name its folder in PONS_TEST_DATA, or waive the test with PONS_TEST_DATA=none"
        )
    }
}
