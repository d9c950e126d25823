import RobotModel

/// One scene graph of the set, turned into entities, facts and robots.
struct CoherentGraph {
    typealias Node = CoherentFileTask.Node

    private let nodes: [Node]
    private let edges: [CoherentFileTask.Edge]
    private let byID: [Int: Node]
    let entityIDs: [Int: EntityID]

    init(_ graph: CoherentFileTask.Graph, task: Int) throws(SimulationError) {
        var byID: [Int: Node] = [:]
        var entityIDs: [Int: EntityID] = [:]
        for node in graph.nodes {
            let name = IdentifierRules.legalised(node.className)
            guard !name.isEmpty, IdentifierRules.allows("\(name)_\(node.id)"), byID[node.id] == nil else {
                throw SimulationError(
                    .badData,
                    "task \(task) has a node \(node.id) “\(node.className)” twice, or with no usable name")
            }
            byID[node.id] = node
            entityIDs[node.id] = EntityID("\(name)_\(node.id)")
        }
        for edge in graph.edges where byID[edge.from] == nil || byID[edge.to] == nil {
            throw SimulationError(
                .badData, "task \(task) has an edge \(edge.from)–\(edge.to) between unknown nodes")
        }
        nodes = graph.nodes
        edges = graph.edges
        self.byID = byID
        self.entityIDs = entityIDs
    }

    func scene(named name: String) -> SceneDescription {
        let layout = CoherentLayout(nodes: nodes, edges: edges)
        // Some nodes have no edges: things of another task, which are nowhere.
        let placed = Set(edges.map(\.from))
        let things = nodes.filter { node in
            node.category == "Rooms"
                || (placed.contains(node.id) && node.category != "Agents" && node.category != "AgentTool")
        }
        return SceneDescription(
            name: name, entities: things.map { entity($0, pose: layout.poses[$0.id]) },
            facts: Set(things.flatMap(ownFacts) + edges.flatMap(facts)).sorted(),
            robots: nodes.filter { $0.category == "Agents" }.map { robot($0, pose: layout.poses[$0.id]) })
    }

    private func entity(_ node: Node, pose: Pose? = nil) -> Entity {
        Entity(
            id: id(of: node), types: types(of: node),
            names: [node.className, "<\(node.className)>(\(node.id))"],
            pose: pose)
    }

    private func types(of node: Node) -> [String] {
        var types: [String] = []
        switch node.category {
        case "Rooms": types.append(StandardTypes.room)
        case "Doors": types.append(StandardTypes.door)
        case "Floor": types.append("floor")
        default:
            if node.properties.contains("SURFACES") { types.append(StandardTypes.surface) }
            if node.properties.contains("CONTAINERS") { types.append(StandardTypes.container) }
            if node.properties.contains("GRABABLE") { types.append(StandardTypes.item) }
        }
        if canBeMoved(node) { types.append(StandardTypes.openable) }
        if node.properties.contains("LANDABLE") { types.append(StandardTypes.landable) }
        let kind = IdentifierRules.legalised(node.className)
        if !types.contains(kind) { types.append(kind) }
        return types
    }

    /// Whether it can be opened and closed.
    private func canBeMoved(_ node: Node) -> Bool {
        node.properties.contains("CAN_OPEN") && !node.states.contains("OPEN_FOREVER")
    }

    private func ownFacts(of node: Node) -> [Fact] {
        var facts: [Fact] = []
        let canOpen = node.properties.contains("CONTAINERS") || node.category == "Doors"
        if node.states.contains("OPEN") || node.states.contains("OPEN_FOREVER")
            || (canOpen && !canBeMoved(node))
        {
            facts.append(Fact("open", id(of: node)))
        }
        if node.properties.contains("HIGH_HEIGHT") { facts.append(Fact("high", id(of: node))) }
        if node.category == "Doors" {
            let rooms = edges.filter { $0.from == node.id && $0.relation == "LEADING TO" }.compactMap {
                entityIDs[$0.to]
            }
            facts += rooms.map { Fact("in", id(of: node), $0) }
            if rooms.count == 2 { facts.append(Fact("connects", id(of: node), rooms[0], rooms[1])) }
        }
        return facts
    }

    /// What an edge says of a thing that is no robot and no robot's tool.
    private func facts(of edge: CoherentFileTask.Edge) -> [Fact] {
        guard let node = byID[edge.from], let other = byID[edge.to], let (from, to) = ends(of: edge) else {
            return []
        }
        guard node.category != "Agents", node.category != "AgentTool" else { return [] }
        switch (edge.relation, other.category) {
        case ("ON", _): return [Fact("on", from, to)]
        case ("INSIDE", "Rooms"): return [Fact("in", from, to)]
        case ("INSIDE", _): return [Fact("inside", from, to)]
        default: return []
        }
    }

    private func robot(_ node: Node, pose: Pose?) -> RobotDescription {
        let me = id(of: node)
        var facts: [Fact] = []
        for edge in edges where edge.from == node.id {
            guard let other = byID[edge.to], let (_, to) = ends(of: edge) else { continue }
            if edge.relation == "INSIDE", other.category == "Rooms" { facts.append(Fact("in", me, to)) }
            // A dog or an arm on something is not “on” it in the rules' sense.
            guard edge.relation == "ON" else { continue }
            switch Kind(node) {
            case .quadrotor where !node.states.contains("FLYING"): facts.append(Fact("on", me, to))
            case .arm: facts.append(Fact("mounted", me, to))
            default: break
            }
        }
        let names = [node.className, "<\(node.className)>(\(node.id))"]
        let robot = RobotID(me)
        switch Kind(node) {
        case .quadrotor:
            if node.states.contains("FLYING") { facts.append(Fact("flying", me)) }
            let tools = edges.filter { $0.from == node.id && $0.relation == "WITH" }.compactMap {
                byID[$0.to]
            }
            facts += tools.map { Fact("open", id(of: $0)) }
            return RobotDescription(
                id: robot, embodiment: "quadrotor", names: names,
                skills: ["take_off", "navigate", "enter", "land"],
                limits: RobotLimits(speedMetersPerSecond: 2, reachMeters: 0, payloadKilograms: 2),
                resources: ["base"], parts: tools.map { entity($0) }, facts: facts, pose: pose)
        case .arm:
            return RobotDescription(
                id: robot, embodiment: "fixed_arm", names: names,
                skills: ["open", "close", "pick", "place", "insert"],
                resources: ["gripper"], facts: facts, pose: pose)
        case .dog:
            facts.append(Fact("ground_robot", me))
            return RobotDescription(
                id: robot, embodiment: "robot_dog", names: names,
                skills: ["navigate", "enter", "open", "close", "pick", "place", "insert"],
                limits: RobotLimits(speedMetersPerSecond: 1.2), resources: ["base", "gripper"], facts: facts,
                pose: pose)
        }
    }

    private enum Kind {
        case quadrotor, arm, dog

        init(_ node: Node) {
            if node.properties.contains("FLYABLE") {
                self = .quadrotor
            } else if node.properties.contains("MOVABLE") {
                self = .dog
            } else {
                self = .arm
            }
        }
    }

    private func id(of node: Node) -> EntityID { entityIDs[node.id] ?? EntityID("\(node.id)") }

    private func ends(of edge: CoherentFileTask.Edge) -> (EntityID, EntityID)? {
        guard let from = entityIDs[edge.from], let to = entityIDs[edge.to] else { return nil }
        return (from, to)
    }
}
