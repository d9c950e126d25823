import BrainClient
import Pages

/// One thing that was looked at, and how it is.
struct Check: Encodable, Equatable {
    enum Verdict: String, Encodable {
        case good = "ok"
        case doubtful = "warning"
        case bad = "failed"
    }

    let name: String
    let verdict: Verdict
    let finding: String
    /// What to do; empty where all is well.
    let advice: String
    /// How `pons doctor` ends because of it.
    var status = CommandStatus.failed

    enum CodingKeys: String, CodingKey { case name, verdict, finding, advice }

    static func good(_ name: String, _ finding: String) -> Check {
        Check(name: name, verdict: .good, finding: finding, advice: "")
    }

    static func doubtful(_ name: String, _ finding: String, advice: String) -> Check {
        Check(name: name, verdict: .doubtful, finding: finding, advice: advice)
    }

    static func bad(_ name: String, _ finding: String, advice: String, status: CommandStatus = .failed)
        -> Check
    {
        Check(name: name, verdict: .bad, finding: finding, advice: advice, status: status)
    }

    var line: String {
        let mark = verdict.rawValue.padded(to: 7)
        return "\(mark)  \(name.padded(to: 8))  \(finding)"
            + (advice.isEmpty ? "" : "\n" + String(repeating: " ", count: 19) + "try: \(advice)")
    }
}
