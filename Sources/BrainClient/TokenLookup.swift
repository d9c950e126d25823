import Foundation

/// Finds the token that the daemon wrote into its state folder.
public struct TokenLookup {
    /// Files to look at, best first. One that was named must be there.
    public let files: [String]
    let isNamed: Bool

    /// - Parameters:
    ///   - option: the file that the caller names.
    ///   - environment: of which PONS_TOKEN_FILE, PONS_STATE and HOME count.
    public init(option: String?, environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let named = option ?? value("PONS_TOKEN_FILE") ?? value("PONS_STATE").map({ $0 + "/token" }) {
            files = [named]
            isNamed = true
        } else {
            files = ["/var/lib/pons/token", value("HOME").map { $0 + "/.local/state/pons/token" }]
                .compactMap { $0 }
            isNamed = false
        }
    }

    /// The token, or nil where no file was named and none is there: the brain
    /// then says that one is needed.
    /// - Throws: `usage` where the named file can't be read.
    public func token() throws(CommandError) -> String? {
        for file in files {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard isNamed else { return nil }
        throw CommandError(
            .usage, "the token file \(files[0]) can’t be read",
            why: FileManager.default.fileExists(atPath: files[0])
                ? "this user may not read it" : "it isn’t there",
            advice: "run as the daemon’s user, or name another file with --token-file")
    }
}
