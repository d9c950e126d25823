import Foundation

/// The checkout that these tests were compiled from.
enum Repository {
    /// Its folder, without a slash at the end.
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// A file as those who read the repository name it.
    struct File: CustomStringConvertible {
        /// From the root, e.g. `Sources/PlanRules/Team.swift`.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var description: String { path }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/\(path)")
    }

    static func read(_ path: String) throws -> File {
        File(path: path, text: try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8))
    }

    /// The names in a folder, sorted, without those that begin with a dot.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Every file below the folders whose name ends in one of the suffixes, by
    /// path. Builds, virtual environments and caches are left out.
    static func files(below folders: [String], endingIn suffixes: [String]) throws -> [File] {
        try folders.flatMap { folder -> [String] in
            let walk = FileManager.default.enumerator(atPath: "\(root)/\(folder)")
            return (walk?.allObjects as? [String] ?? []).map { "\(folder)/\($0)" }
        }
        .filter { path in suffixes.contains { path.hasSuffix($0) } }
        .filter { path in
            !path.split(separator: "/").contains { part in
                part.hasPrefix(".") || part == "__pycache__" || part == "build" || part.hasSuffix(".egg-info")
            }
        }
        .sorted()
        .map(read)
    }
}

/// What a program printed, and how it ended.
struct Execution {
    let status: Int32
    let output: String

    /// Runs a program to its end; both of its output streams come back as one.
    init(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }
}
