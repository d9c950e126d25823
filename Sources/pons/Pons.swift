import ArgumentParser
import RobotModel

/// `pons`, the command line of a brain.
struct Pons: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pons",
        abstract: "Give work to a team of robots, and see how it goes.",
        discussion: """
            Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, \
            5 brain unreachable, 6 timed out, 130 interrupted.
            """,
        version: Release.version,
        subcommands: [Submit.self, EstopCommand.self, Status.self, Events.self, Doctor.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Nouns",
                subcommands: [
                    TaskCommands.self, QuestionCommands.self, ScheduleCommands.self, RobotCommands.self,
                    SkillCommands.self, MemoryCommands.self,
                    SceneCommands.self,
                ]),
            CommandGroup(
                name: "Laboratory (on files, without a brain)",
                subcommands: [Bench.self, PlanCommands.self, Sim.self, JournalCommands.self]),
            CommandGroup(name: "Shell", subcommands: [Completion.self]),
        ])
}
