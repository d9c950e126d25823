import ArgumentParser

/// `pons-lab sim`.
struct Sim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sim", abstract: "Go through runs in simulation.",
        subcommands: [SimRun.self, SimFork.self])
}
