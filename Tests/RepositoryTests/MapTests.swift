import Testing

/// The README's map of the house is true.
struct MapTests {
    static let stops = [
        "Sources/HTTPAPI/TaskRoutes.swift",
        "Sources/RobotModel/Tasks/TaskRequest.swift",
        "Sources/Coordination/Coordinator.swift",
        "Sources/Planning/GoalPlanner.swift",
        "Sources/Coordination/TaskStateMachine.swift",
        "Sources/MessageBus/RobotLink.swift",
        "Skills/navigate/NavigateSkill.swift",
        "Sources/WorldMemory/WorldMemory.swift",
        "Sources/HTTPAPI/EventRoutes.swift",
    ]

    /// The rows of the section's tables, as the paths in their backticks.
    static func paths(inSection title: String) throws -> [String] {
        let readme = try Repository.read("README.md")
        let section = readme.text.components(after: "\n## \(title)\n", before: "\n## ")
        return section.split(separator: "\n").filter { $0.hasPrefix("|") }.flatMap { row in
            row.matches(of: /`([\w.\/-]+)`/).map { String($0.1) }
        }
    }

    @Test func `the README follows one task through its nine files, in order`() throws {
        let named = try Self.paths(inSection: "Follow one task").filter { $0.hasSuffix(".swift") }
        #expect(named == Self.stops)
    }

    @Test(arguments: stops)
    func `a file on the way of a task exists and says where the task came from`(path: String) throws {
        try #require(Repository.exists(path), "\(path) is gone; the README sends people there")
        let text = try Repository.read(path).text.replacing(/\s+\/\/\/\s+/, with: " ")
        let saysSo = text.contains("«follow one task»")
        #expect(saysSo, "\(path) should say which stop of «follow one task» it is, and what comes next")
    }

    @Test func `every folder in the README’s folder table exists`() throws {
        let named = try Self.paths(inSection: "Folders").filter { $0.hasSuffix("/") || $0.contains("/") }
        #expect(named.count >= 8)
        for path in named { #expect(Repository.exists(path), "the README names \(path)") }
    }

    @Test func `every module is in the README’s table of floors`() throws {
        let text = try Repository.read("README.md").text
        let words = Set(text.split { !($0.isLetter || $0 == "-") }.map(String.init))
        for module in try Repository.names(in: "Sources") {
            #expect(words.contains(module), "the README doesn’t say on which floor \(module) stands")
        }
    }

    @Test func `every file that the README links to exists`() throws {
        let readme = try Repository.read("README.md")
        let links = readme.text.matches(of: /\]\(([^)#:\s]+)\)/).map { String($0.1) }
        for path in links { #expect(Repository.exists(path), "the README links to \(path)") }
    }

    @Test func `the README stays within 300 lines`() throws {
        let count = try Repository.read("README.md").lines.count
        #expect(count <= 301)
    }
}

extension String {
    /// The text between the first `start` and the next `end` after it; empty
    /// where `start` isn't there.
    fileprivate func components(after start: String, before end: String) -> Substring {
        guard let from = firstRange(of: start) else { return "" }
        let rest = self[from.upperBound...]
        return rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)]
    }
}
