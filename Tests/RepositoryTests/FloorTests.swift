import Testing

/// Imports only go down, and modules on one floor don't import one another.
struct FloorTests {
    /// The house from the ground up. `RobotModel` and `SkillKit` lie a little
    /// lower than the rest of their floors, which build on them.
    static let floors: [(name: String, modules: Set<String>)] = [
        ("C", ["CZeroMQ", "CProtobufC", "CBaseline", "CFaultyDisk"]),
        ("C", ["CWire"]),
        ("values", ["RobotModel"]),
        ("base", ["PlanRules", "ZeroMQ"]),
        ("port", ["SkillKit", "WireFormat", "Manifests", "Journal"]),
        ("engine", ["MessageBus", "WorldMemory", "Planning", "Language", "Coordination", "Execution"]),
        ("face", ["HTTPAPI"]),
        ("side", ["Simulation", "BuiltInSkills"]),
        ("joiner", ["Node", "SkillHost"]),
        ("laboratory", ["FaultSimulation", "PonsTesting", "TimeTravel"]),
        ("client", ["BrainClient", "Pages"]),
        ("top", ["ponsd", "pons", "pons-lab"]),
    ]

    /// Modules that may see less than what lies below their floor.
    static let narrow: [String: Set<String>] = [
        "Simulation": ["RobotModel", "PlanRules", "SkillKit"],
        "BuiltInSkills": skillImports.union(skillModules),
        "HTTPAPI": ["RobotModel"],
        "Journal": [],
        "BrainClient": ["RobotModel"],
        "Pages": ["RobotModel"],
        "pons": ["BrainClient", "Pages", "RobotModel", "Simulation"],
    ]

    /// What a skill in `Skills/` may see.
    static let skillImports: Set<String> = ["RobotModel", "SkillKit"]

    static func floor(of module: String) -> Int? {
        floors.firstIndex { $0.modules.contains(module) }
    }

    /// `NavigateSkill` and its like, one for each folder with Swift in `Skills/`.
    static let skillModules: Set<String> = {
        guard let package = try? Repository.read("Package.swift"),
            let list = package.text.firstMatch(of: /(?s)let builtInSkills = \[(.*?)\]/)
        else { return [] }
        return Set(list.1.matches(of: /"(\w+)"/).map { "\($0.1)Skill" })
    }()

    @Test func `every module stands on a floor`() throws {
        let modules = try Repository.names(in: "Sources")
        for module in modules {
            #expect(
                Self.floor(of: module) != nil, "Sources/\(module) stands on no floor; add it to the table")
        }
        for module in Self.floors.flatMap(\.modules) {
            #expect(modules.contains(module), "\(module) is in the table and not in Sources")
        }
    }

    @Test func `imports go down`() throws {
        var checked = 0
        for file in try Repository.files(below: ["Sources"], endingIn: [".swift"]) {
            let module = String(file.path.split(separator: "/")[1])
            guard let floor = Self.floor(of: module) else { continue }
            for imported in Imports.modules(in: file.text) {
                // Skills stand on the ports’ floor.
                let isSkill = Self.skillModules.contains(imported)
                guard let below = Self.floor(of: isSkill ? "SkillKit" : imported) else { continue }
                checked += 1
                #expect(below < floor, "\(file): \(module) imports \(imported), which isn’t below it")
                if let seen = Self.narrow[module] {
                    #expect(seen.contains(imported), "\(file): \(module) may see only \(seen.sorted())")
                }
            }
        }
        #expect(checked > 50, "too few imports were found for the check to mean anything")
    }

    @Test func `a skill imports the skill kit and the robot model, and no other module of ours`() throws {
        for file in try Repository.files(below: ["Skills"], endingIn: [".swift"]) {
            let own = Imports.modules(in: file.text).filter { imported in
                Self.floor(of: imported) != nil
            }
            #expect(Set(own).isSubset(of: Self.skillImports), "\(file) imports \(own)")
        }
    }

    @Test(arguments: [
        ("import RobotModel", ["RobotModel"]),
        ("public import RobotModel  // why", ["RobotModel"]),
        ("@testable import Node", ["Node"]),
        ("@preconcurrency private import Journal", ["Journal"]),
        ("import struct RobotModel.Fact", ["RobotModel"]),
        ("    import Planning", ["Planning"]),
        ("// import Planning", []),
        ("let important = 1", []),
    ])
    func `an import is found however it is written`(line: String, modules: [String]) {
        #expect(Imports.modules(in: line) == modules)
    }
}

/// Reads the import declarations of a Swift file.
enum Imports {
    static func modules(in text: String) -> [String] {
        // The pattern is costly; most lines don't speak of imports.
        text.split(separator: "\n").filter { $0.contains("import") }.compactMap { line in
            line.firstMatch(of: declaration).map { String($0.module) }
        }
    }

    private static var declaration: Regex<(Substring, module: Substring)> {
        #/
        ^\s* (?: @\w+ (?: \([^)]*\) )? \s+ )*
        (?: (?: public | package | internal | fileprivate | private ) \s+ )?
        import \s+
        (?: (?: struct | class | enum | protocol | typealias | func | let | var ) \s+ )?
        (?<module> \w+ )
        /#
    }
}
