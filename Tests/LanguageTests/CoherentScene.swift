import Foundation
import PlanRules
import RobotModel

/// A file of the COHERENT household set, read as far as words need it.
struct CoherentScene: Decodable {
    struct Graph: Decodable {
        var nodes: [Node]
        var edges: [Edge]
    }
    struct Node: Decodable {
        var id: Int
        var category: String
        var className: String
        var properties: [String]
        var states: [String]
    }
    struct Edge: Decodable {
        var fromId: Int
        var toId: Int
        var relationType: String
    }

    var taskId: Int
    var envId: Int
    var initGraph: Graph
    var goalInstruction: [String]
    var taskGoal: [String: Goal]

    struct Goal: Decodable {
        init(from _: any Decoder) {}
    }

    /// Every task of both files; nil where the folder is waived.
    static func all() throws -> [CoherentScene]? {
        let folder = ProcessInfo.processInfo.environment["PONS_TEST_DATA"] ?? "../shared/data"
        guard folder != "none" else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try ["env0", "env1"].flatMap { name in
            let file = URL(fileURLWithPath: folder).appending(path: "coherent/\(name).json")
            return try decoder.decode([CoherentScene].self, from: Data(contentsOf: file))
        }
    }

    /// The task with every id exchanged, by `numbers`.
    func renumbered(_ numbers: [Int: Int]) -> CoherentScene {
        func number(_ id: Int) -> Int { numbers[id] ?? id }
        func text(_ text: String) -> String {
            text.replacing(/>\((\d+)\)/) { ">(\(number(Int($0.1) ?? 0)))" }
        }
        var scene = self
        for index in scene.initGraph.nodes.indices {
            scene.initGraph.nodes[index].id = number(initGraph.nodes[index].id)
        }
        for index in scene.initGraph.edges.indices {
            scene.initGraph.edges[index].fromId = number(initGraph.edges[index].fromId)
            scene.initGraph.edges[index].toId = number(initGraph.edges[index].toId)
        }
        scene.goalInstruction = goalInstruction.map(text)
        scene.taskGoal = Dictionary(uniqueKeysWithValues: taskGoal.map { (text($0.key), $0.value) })
        return scene
    }

    /// The instruction without brackets and ids.
    var plainInstruction: String {
        (goalInstruction.first ?? "").replacing(/<([^>]*)>\(\d+\)/) { String($0.1) }
    }

    func entity(_ node: Node) -> EntityID {
        EntityID("\(node.className.replacing(" ", with: "_"))_\(node.id)")
    }

    /// The facts that the data set asks for.
    func goalFacts() -> Set<Fact> {
        Set(
            taskGoal.keys.compactMap { key in
                guard let match = key.wholeMatch(of: /(on|inside)_<([^>]*)>\((\d+)\)_<([^>]*)>\((\d+)\)/)
                else { return nil }
                func id(_ name: Substring, _ number: Substring) -> EntityID {
                    EntityID("\(name.replacing(" ", with: "_"))_\(number)")
                }
                return Fact(String(match.1), id(match.2, match.3), id(match.4, match.5))
            })
    }

    func world() -> (world: WorldState, robots: [RobotDescription]) {
        var world = WorldState()
        let nodes = Dictionary(uniqueKeysWithValues: initGraph.nodes.map { ($0.id, $0) })
        var robots: [RobotDescription] = []
        for node in initGraph.nodes {
            let id = entity(node)
            let names = [node.className, "<\(node.className)>(\(node.id))"]
            if node.category == "Agents" {
                robots.append(robot(node, names))
                continue
            }
            world.entities[id] = Entity(id: id, types: types(of: node), names: names)
            let isOpen = node.states.contains { $0.hasPrefix("OPEN") }
            if isOpen || (node.properties.contains("CONTAINERS") && !node.properties.contains("CAN_OPEN")) {
                world.facts.insert(Fact("open", id))
            }
        }
        for robot in robots { world.add(robot) }
        for edge in initGraph.edges {
            guard let from = nodes[edge.fromId], let to = nodes[edge.toId] else { continue }
            switch edge.relationType {
            case "ON" where from.className == "robot arm":
                world.facts.insert(Fact("mounted", entity(from), entity(to)))
            case "ON" where from.className == "basket": continue
            case "ON": world.facts.insert(Fact("on", entity(from), entity(to)))
            case "INSIDE" where to.category == "Rooms":
                world.facts.insert(Fact("in", entity(from), entity(to)))
            case "INSIDE": world.facts.insert(Fact("inside", entity(from), entity(to)))
            case "LEADING TO": world.facts.insert(Fact("in", entity(from), entity(to)))
            case "WITH": world.facts.insert(Fact("part_of", entity(to), entity(from)))
            default: continue
            }
        }
        return (world, robots)
    }

    private func robot(_ node: Node, _ names: [String]) -> RobotDescription {
        let hands: [SkillName] = ["open", "close", "pick", "place", "insert"]
        let base: [SkillName] = ["navigate", "enter"]
        let (embodiment, skills): (String, [SkillName]) =
            switch node.className {
            case "quadrotor": ("quadrotor", base + ["take_off", "land"])
            case "robot dog": ("robot_dog", base + hands)
            default: ("fixed_arm", hands)
            }
        return RobotDescription(
            id: RobotID(entity(node)), embodiment: embodiment, names: names, skills: skills)
    }

    private func types(of node: Node) -> [String] {
        if node.category == "Rooms" { return ["room"] }
        if node.category == "Doors" {
            return ["door"] + (node.properties.contains("CAN_OPEN") ? ["openable"] : [])
        }
        if node.category == "Floor" { return ["floor", "landable"] }
        var types: [String] = []
        for (property, type) in [
            ("SURFACES", "surface"), ("CONTAINERS", "container"), ("GRABABLE", "item"),
            ("LANDABLE", "landable"),
        ] where node.properties.contains(property) { types.append(type) }
        if node.properties.contains("CAN_OPEN"), !node.states.contains("OPEN_FOREVER") {
            types.append("openable")
        }
        return types
    }
}
