/// Why a command could not do what it was asked: what, why, and what to do.
public struct CommandError: Error, Equatable, Sendable {
    /// How the command ends because of it.
    public let status: CommandStatus
    /// What didn't work, in a few words.
    public let what: String
    /// Why, as far as is known.
    public let why: String
    /// What the caller can do about it.
    public let advice: String

    /// - Parameter status: how the command ends because of it.
    public init(_ status: CommandStatus, _ what: String, why: String = "", advice: String = "") {
        self.status = status
        self.what = what
        self.why = why
        self.advice = advice
    }

    /// Up to three lines for a terminal.
    public func text(inColour: Bool) -> String {
        var lines = ["\(inColour ? "\u{1B}[31merror\u{1B}[0m" : "error"): \(what)"]
        if !why.isEmpty { lines.append("  why: \(why)") }
        if !advice.isEmpty { lines.append("  try: \(advice)") }
        return lines.joined(separator: "\n")
    }
}
