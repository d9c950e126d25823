/// How a command ends, as its exit status. Scripts rely on the numbers.
public enum CommandStatus: Int32, Error, Sendable {
    case done = 0
    case failed = 1
    /// The command line, or a file it names, can't be used.
    case usage = 2
    case notFound = 3
    /// The task was rejected, or the caller may not do this.
    case refused = 4
    case unreachable = 5
    case timedOut = 6
    case interrupted = 130
}
