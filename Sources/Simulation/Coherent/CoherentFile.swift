/// The JSON of the COHERENT set, as far as it is used.
struct CoherentFileTask: Decodable {
    var graph: Graph
    /// A list of one.
    var instructions: [String]
    /// `on_<a>(1)_<b>(2)` or `inside_…`; the values (counts) are all one.
    var goal: [String: Count]
    /// A list of one.
    var humanSteps: [Int]

    enum CodingKeys: String, CodingKey {
        case graph = "init_graph"
        case instructions = "goal_instruction"
        case goal = "task_goal"
        case humanSteps = "ground_truth_step_num"
    }

    struct Graph: Decodable {
        var nodes: [Node]
        var edges: [Edge]
    }

    struct Node: Decodable {
        var id: Int
        var category: String
        var className: String
        var properties: Set<String>
        var states: Set<String>

        enum CodingKeys: String, CodingKey {
            case id, category, properties, states
            case className = "class_name"
        }
    }

    struct Edge: Decodable {
        var from: Int
        var to: Int
        var relation: String

        enum CodingKeys: String, CodingKey {
            case from = "from_id"
            case to = "to_id"
            case relation = "relation_type"
        }
    }

    /// A count with a list whose meaning the set leaves open; not used.
    struct Count: Decodable {
        init(from _: any Decoder) {}
    }

    /// The same task with every id replaced by what `numbers` has for it.
    func renumbered(by numbers: [Int: Int]) -> CoherentFileTask {
        var task = self
        func new(_ id: Int) -> Int { numbers[id] ?? id }
        task.graph.nodes = graph.nodes
            .map { node in
                var node = node
                node.id = new(node.id)
                return node
            }
            .sorted { $0.id < $1.id }
        task.graph.edges = graph.edges.map { Edge(from: new($0.from), to: new($0.to), relation: $0.relation) }
        task.instructions = instructions.map { CoherentName.renumber($0, by: numbers) }
        task.goal = Dictionary(
            goal.map { (CoherentName.renumber($0.key, by: numbers), $0.value) },
            uniquingKeysWith: { first, _ in first })
        return task
    }
}
