public import Foundation
import RobotModel

/// Reads worlds, instructions and goals of the COHERENT household set
/// (github.com/MrKeee/COHERENT): scene graphs with quadrotors, robot dogs and
/// fixed arms.
///
/// The files have no places; ``CoherentLayout`` makes some up.
public enum CoherentImporter {
    /// One task of a file.
    ///
    /// - Parameters:
    ///   - task: its number, from 0.
    ///   - seed: where given, all ids are shuffled by it, so that nothing can
    ///     hang on what they happen to be.
    /// - Throws: `badData`, `unknownTask`.
    public static func scene(json: Data, task: Int, shufflingIDs seed: UInt64? = nil) throws(SimulationError)
        -> CoherentTask
    {
        let tasks = try decode(json)
        guard tasks.indices.contains(task) else {
            throw SimulationError(.unknownTask, "the file has tasks 0 to \(tasks.count - 1), and no \(task)")
        }
        return try convert(tasks[task], number: task, seed: seed)
    }

    /// Every task of a file.
    ///
    /// - Throws: `badData`.
    public static func tasks(json: Data, shufflingIDs seed: UInt64? = nil) throws(SimulationError)
        -> [CoherentTask]
    {
        var result: [CoherentTask] = []
        for (number, task) in try decode(json).enumerated() {
            result.append(try convert(task, number: number, seed: seed))
        }
        return result
    }

    private static func decode(_ json: Data) throws(SimulationError) -> [CoherentFileTask] {
        do {
            return try JSONDecoder().decode([CoherentFileTask].self, from: json)
        } catch {
            throw SimulationError(.badData, "this is no list of COHERENT tasks: \(error)", underlying: error)
        }
    }

    private static func convert(
        _ original: CoherentFileTask, number: Int, seed: UInt64?
    ) throws(SimulationError) -> CoherentTask {
        let task =
            seed.map { original.renumbered(by: shuffle(original.graph.nodes.map(\.id), seed: $0)) }
            ?? original
        guard let instruction = task.instructions.first, let steps = task.humanSteps.first else {
            throw SimulationError(.badData, "task \(number) has no instruction or no step count")
        }
        let graph = try CoherentGraph(task.graph, task: number)
        return CoherentTask(
            number: number, scene: graph.scene(named: "coherent-\(number)"),
            instruction: instruction.trimmingCharacters(in: .whitespaces),
            goal: try goal(of: task, number: number, graph: graph), humanSteps: steps)
    }

    private static func goal(
        of task: CoherentFileTask, number: Int, graph: CoherentGraph
    ) throws(SimulationError) -> Formula {
        var literals: [Literal] = []
        for text in task.goal.keys.sorted() {
            let names = CoherentName.all(in: text)
            let predicate = text.prefix { $0 != "_" }
            guard names.count == 2, predicate == "on" || predicate == "inside",
                let first = graph.entityIDs[names[0].id], let second = graph.entityIDs[names[1].id]
            else {
                throw SimulationError(.badData, "task \(number) has the goal “\(text)”, which can’t be read")
            }
            literals.append(Literal(Fact(String(predicate), first, second)))
        }
        guard !literals.isEmpty else { throw SimulationError(.badData, "task \(number) has no goal") }
        return literals.count == 1 ? .literal(literals[0]) : .and(literals.map(Formula.literal))
    }

    /// The ids in another order, drawn from `seed` (Fisher and Yates).
    private static func shuffle(_ ids: [Int], seed: UInt64) -> [Int: Int] {
        let ordered = Set(ids).sorted()
        var mixed = ordered
        var state = seed
        for index in mixed.indices.dropFirst().reversed() {
            // SplitMix64, Steele et al., 2014.
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            mixed.swapAt(index, Int((word ^ (word >> 31)) % UInt64(index + 1)))
        }
        return Dictionary(uniqueKeysWithValues: zip(ordered, mixed))
    }
}
