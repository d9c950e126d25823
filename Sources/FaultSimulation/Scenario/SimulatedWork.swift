/// What callers ask for in a simulation.
public enum SimulatedWork: String, Hashable, Sendable, CaseIterable {
    /// Goals and small workflows of all sorts, which are planned anew again and
    /// again.
    case usual
    /// Mostly workflows of many steps for one robot or two: much is done for
    /// what is planned, so that a long run has robots that are never idle.
    case long
}
