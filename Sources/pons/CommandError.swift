/// Why a command could not do what it was asked: what, why, and what to do.
struct CommandError: Error, Equatable {
    let status: ExitStatus
    /// What didn't work, in a few words.
    let what: String
    /// Why, as far as is known.
    let why: String
    /// What the caller can do about it.
    let advice: String

    init(_ status: ExitStatus, _ what: String, why: String = "", advice: String = "") {
        self.status = status
        self.what = what
        self.why = why
        self.advice = advice
    }

    /// Up to three lines for a terminal.
    func text(inColour: Bool) -> String {
        var lines = ["\(inColour ? "\u{1B}[31merror\u{1B}[0m" : "error"): \(what)"]
        if !why.isEmpty { lines.append("  why: \(why)") }
        if !advice.isEmpty { lines.append("  try: \(advice)") }
        return lines.joined(separator: "\n")
    }
}
