import ArgumentParser
import RobotModel

/// `pons-lab`: measures and compares, with daemons of its own.
struct Laboratory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pons-lab",
        abstract: "Measure and compare, with daemons of its own.",
        version: Release.version,
        subcommands: [
            Bench.self, Sim.self, TaskLab.self, JournalDoctor.self, JournalCommands.self, Host.self,
            Relay.self,
            MarkingHost.self,
        ])
}

/// `pons-lab bench`.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how fast work gets to robots, and how soon a loss is seen.",
        subcommands: [
            PathBench.self, LossBench.self, CoherentBench.self, CoreBench.self, MillionBench.self,
            CrashBench.self, EstopBench.self, ReplayBench.self,
        ])
}
