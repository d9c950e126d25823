import Foundation
import PlanRules
import RobotModel

/// One task of the COHERENT set as a world, a team and a goal.
struct CoherentTask {
    var name = ""
    var instruction = ""
    var humanSteps = 0
    var world = WorldState()
    var robots: [RobotDescription] = []
    var goal = Goal(.always)

    var team: Team { Team(robots: robots, skills: ShippedSkills.all) }

    /// The folder that `PONS_TEST_DATA` names, or nil where it says `none`.
    static var folder: String? {
        let set = ProcessInfo.processInfo.environment["PONS_TEST_DATA"] ?? "../shared/data"
        if set == "none" { return nil }
        if set.hasPrefix("/") { return set + "/coherent" }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../\(set)/coherent").standardizedFileURL.path
    }

    static func all() throws -> [CoherentTask] {
        guard let folder else { return [] }
        var tasks: [CoherentTask] = []
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        for file in ["env0", "env1"] {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file).json"))
            for (number, task) in try decoder.decode([RawTask].self, from: data).enumerated() {
                tasks.append(CoherentTask(name: "\(file)-\(number)", task))
            }
        }
        return tasks
    }

    private struct RawTask: Decodable {
        let initGraph: RawGraph
        let goalInstruction: [String]
        let taskGoal: [String: RawGoal]
        let groundTruthStepNum: [Int]
    }
    private struct RawGoal: Decodable { init(from decoder: any Decoder) throws {} }
    private struct RawGraph: Decodable {
        let nodes: [RawNode]
        let edges: [RawEdge]
    }
    private struct RawNode: Decodable {
        let id: Int
        let category: String
        let className: String
        let properties: [String]
        let states: [String]
    }
    private struct RawEdge: Decodable {
        let fromId: Int
        let toId: Int
        let relationType: String
    }

    private init(name: String, _ raw: RawTask) {
        self.name = name
        instruction = raw.goalInstruction[0]
        humanSteps = raw.groundTruthStepNum[0]
        let nodes = Dictionary(uniqueKeysWithValues: raw.initGraph.nodes.map { ($0.id, $0) })
        func id(_ number: Int) -> EntityID { Self.id(nodes[number]!.className, number) }
        func edges(_ relation: String, from number: Int) -> [Int] {
            raw.initGraph.edges.filter { $0.relationType == relation && $0.fromId == number }.map(\.toId)
        }
        let parts = Set(raw.initGraph.edges.filter { $0.relationType == "WITH" }.map(\.toId))
        for node in raw.initGraph.nodes where !parts.contains(node.id) {
            if node.category == "Agents" {
                addRobot(node, id: id, edges: edges, nodes: nodes)
            } else {
                addThing(node, id: id, edges: edges, nodes: nodes)
            }
        }
        for robot in robots { world.add(robot) }
        goal = Goal(Self.goal(raw.taskGoal.keys.sorted()))
    }

    private static func id(_ name: String, _ number: Int) -> EntityID {
        EntityID(IdentifierRules.legalised(name) + "_\(number)")
    }

    private mutating func addThing(
        _ node: RawNode, id: (Int) -> EntityID, edges: (String, Int) -> [Int], nodes: [Int: RawNode]
    ) {
        let own = id(node.id)
        let properties = Set(node.properties)
        let canOpen = properties.contains("CAN_OPEN") && !node.states.contains("OPEN_FOREVER")
        var types: [String] = []
        if node.category == "Rooms" { types.append("room") }
        if node.category == "Doors" { types.append("door") }
        if node.category == "Floor" {
            types.append("floor")
        } else if properties.contains("SURFACES") {
            types.append("surface")
        }
        if properties.contains("CONTAINERS") { types.append("container") }
        if canOpen { types.append("openable") }
        if properties.contains("GRABABLE") { types.append("item") }
        if properties.contains("LANDABLE") { types.append("landable") }
        world.entities[own] = Entity(id: own, types: types, names: [node.className])
        var facts: [Fact] = []
        if properties.contains("HIGH_HEIGHT") { facts.append(Fact("high", own)) }
        let isContainer = properties.contains("CONTAINERS")
        if node.states.contains("OPEN") || node.states.contains("OPEN_FOREVER") || (isContainer && !canOpen) {
            facts.append(Fact("open", own))
        }
        for target in edges("ON", node.id) { facts.append(Fact("on", own, id(target))) }
        for target in edges("INSIDE", node.id) {
            facts.append(Fact(nodes[target]?.category == "Rooms" ? "in" : "inside", own, id(target)))
        }
        let rooms = edges("LEADING TO", node.id).map(id)
        if rooms.count == 2 {
            facts += [
                Fact("connects", own, rooms[0], rooms[1]), Fact("in", own, rooms[0]),
                Fact("in", own, rooms[1]),
            ]
        }
        world.facts.formUnion(facts)
    }

    private mutating func addRobot(
        _ node: RawNode, id: (Int) -> EntityID, edges: (String, Int) -> [Int], nodes: [Int: RawNode]
    ) {
        let own = id(node.id)
        var robot = RobotDescription(id: RobotID(own), embodiment: IdentifierRules.legalised(node.className))
        for room in edges("INSIDE", node.id) { robot.facts.append(Fact("in", own, id(room))) }
        switch node.className {
        case "quadrotor":
            robot.skills = ["take_off", "navigate", "enter", "land"]
            for surface in edges("ON", node.id) { robot.facts.append(Fact("on", own, id(surface))) }
            if node.states.contains("FLYING") { robot.facts.append(Fact("flying", own)) }
            for part in edges("WITH", node.id) {
                robot.parts.append(Entity(id: id(part), types: ["container"], names: ["basket"]))
                robot.facts.append(Fact("open", id(part)))
            }
        case "robot dog":
            robot.skills = ["navigate", "enter", "open", "close", "pick", "place", "insert"]
            robot.facts.append(Fact("ground_robot", own))
        default:
            robot.skills = ["open", "close", "pick", "place", "insert"]
            for surface in edges("ON", node.id) { robot.facts.append(Fact("mounted", own, id(surface))) }
        }
        robots.append(robot)
    }

    /// `on_<a>(1)_<b>(2)` and `inside_…`, all of them.
    private static func goal(_ texts: [String]) -> Formula {
        .and(
            texts.map { text in
                let predicate = String(text.prefix { $0 != "_" })
                var arguments: [EntityID] = []
                for piece in text.split(separator: "<").dropFirst() {
                    let name = piece.prefix { $0 != ">" }
                    let number = piece.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
                    arguments.append(id(String(name), Int(number)!))
                }
                return .literal(Literal(Fact(predicate, arguments)))
            })
    }
}
