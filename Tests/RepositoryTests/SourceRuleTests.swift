import Testing

/// What every source file keeps to.
struct SourceRuleTests {
    static let folders = ["Sources", "Tests", "Skills", "Deploy"]

    /// Put together here, so that this file doesn’t hold what it looks for.
    static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "fatal" + "Error("]

    @Test func `no source file is longer than 600 lines, and no test file than 800`() throws {
        let files = try Repository.files(below: Self.folders, endingIn: [".swift", ".py", ".sh"])
        #expect(files.count > 20)
        for file in files {
            let isTest = file.path.contains("Tests/") || file.path.contains("/tests/")
            let ceiling = isTest ? 800 : 600
            #expect(file.lines.count <= ceiling + 1, "\(file) has \(file.lines.count - 1) lines")
        }
    }

    @Test func `no source file says that it is unfinished`() throws {
        let files = try Repository.files(
            below: Self.folders, endingIn: [".swift", ".py", ".sh", ".yaml", ".proto"])
        for file in files {
            for (index, line) in file.lines.enumerated() {
                for mark in Self.unfinished where line.contains(mark) {
                    Issue.record("\(file):\(index + 1) says “\(mark)”")
                }
            }
        }
    }

    @Test func `no module is a placeholder`() throws {
        for file in try Repository.files(below: ["Sources", "Skills"], endingIn: [".swift"]) {
            #expect(!file.path.hasSuffix("/Placeholder.swift"), "\(file) should have given way to the module")
        }
    }

    @Test func `no type is called a manager, helper or utility`() throws {
        let kinds = "struct|class|actor|enum|protocol"
        let declaration = try Regex<(Substring, Substring)>(
            #"\b(?:\#(kinds))\s+(\w*(?:Manager|Helpers?|Utils|Utility|Utilities))\b"#)
        for file in try Repository.files(below: ["Sources", "Skills"], endingIn: [".swift"]) {
            for match in file.text.matches(of: declaration) {
                Issue.record("\(file) declares \(match.1); name it for what it does")
            }
        }
    }

    @Test func `an unchecked promise to the compiler carries its proof`() throws {
        for file in try Repository.files(below: ["Sources", "Skills"], endingIn: [".swift"]) {
            let lines = file.lines
            for (index, line) in lines.enumerated()
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                if line.trimmingPrefix(/\s+/).hasPrefix("//") { continue }
                let above = index > 0 ? lines[index - 1] : ""
                let hasProof = line.contains("//") || above.contains("//")
                #expect(hasProof, "\(file):\(index + 1) needs a line that says why it is safe")
            }
        }
    }
}
