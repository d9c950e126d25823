import ArgumentParser

/// In which form a task is handed to the brain.
enum CoherentForm: String, ExpressibleByArgument, CaseIterable {
    case goals, words
}
