import Dispatch
import Language
import PlanRules
import Planning
import RobotModel

/// Understands and plans on a thread of its own, off the cooperative pool. One
/// task at a time: planning uses all it can get, and an answer in hand is
/// worth more than two half done.
final class PlanningDesk: Sendable {
    typealias Question = PlanningQuestion

    private let queue = DispatchQueue(label: "pons.planning", qos: .utility)
    private let memory: MemoryDesk
    private let registry: Registry

    init(memory: MemoryDesk, registry: Registry) {
        self.memory = memory
        self.registry = registry
    }

    /// Answers in due time, on the desk's thread.
    func answer(
        _ question: Question, _ done: @escaping @Sendable (Result<(Goal, Plan), Rejection>) -> Void
    ) {
        // The snapshot is taken after every effect that came before.
        memory.snapshot { world in
            self.queue.async {
                let answer = PlanAnswer(question, team: self.registry.team, world: world)
                do throws(Rejection) {
                    done(.success(try answer.plan(interpret: Self.interpret)))
                } catch {
                    done(.failure(error))
                }
            }
        }
    }

    private static func interpret(
        _ words: String, _ team: Team, _ world: WorldState
    ) throws(Rejection) -> Goal {
        try Interpreter().interpret(words, in: LanguageContext(team: team, world: world))
    }
}
