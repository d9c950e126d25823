import ArgumentParser
import BrainClient
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure and compare (runs pons-lab bench).", helpNames: [])
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    func run() throws { try Laboratory.become("bench", arguments) }
}

struct PlanCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Make and check plans from files (runs pons-lab plan).", helpNames: [])
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    func run() throws { try Laboratory.become("plan", arguments) }
}

struct Sim: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run simulated worlds (runs pons-lab sim).", helpNames: [])
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    func run() throws { try Laboratory.become("sim", arguments) }
}

struct JournalCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Back up a journal, and restore it (runs pons-lab journal).",
        helpNames: [])
    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    func run() throws { try Laboratory.become("journal", arguments) }
}

/// `pons-lab`, which stands beside `pons` and works on files.
enum Laboratory {
    /// Puts `pons-lab` in this process's place; comes back only to throw.
    static func become(_ verb: String, _ arguments: [String]) throws -> Never {
        let folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        let program = (folder ?? URL(fileURLWithPath: ".")).appendingPathComponent("pons-lab").path
        // ^C is the laboratory's own from here on.
        signal(SIGINT, SIG_DFL)
        var words = ([program, verb] + arguments).map { strdup($0) } + [nil]
        execv(program, &words)
        let reason = String(cString: strerror(errno))
        for word in words { free(word) }
        throw CommandError(
            .failed, "\(program) can’t be run", why: reason.lowercased(),
            advice: "install pons-lab beside pons; in a checkout: swift build --product pons-lab")
    }
}
