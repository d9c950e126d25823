import ArgumentParser
import BrainClient
import Foundation
import Pages
import RobotModel

struct ScheduleCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Start tasks at certain times.",
        subcommands: [List.self, Set.self, Remove.self], aliases: ["schedules"])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List schedules.", aliases: ["ls"])

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            struct Answer: Decodable { let schedules: [ScheduleView] }
            let answer = try await connection.client().get("/v1/schedules")
            try output.write(answer) {
                var table = Table("SCHEDULE", "WHEN", "NEXT", "STARTED", "LAST", "ASK")
                for view in try BrainClient.decode(Answer.self, from: answer).schedules {
                    table.add(
                        view.schedule.id.rawValue, ScheduleText.text(of: view.schedule.recurrence),
                        view.nextAt?.description ?? "–", "\(view.started)", view.lastTask?.rawValue ?? "–",
                        view.schedule.request.ask.summary)
                }
                return table.fitted
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a schedule, or change the one of that name. Times are UTC.",
            discussion: """
                pons schedule set dawn "mop the hall" --days mon,tue,wed,thu,fri --time 06:30
                pons schedule set patrol --workflow round.yaml --every 2h
                pons schedule set later "close the fridge" --at 2026-12-01T18:00:00Z
                """)

        @OptionGroup var order: OrderOptions

        @Argument(help: "What the schedule is called.")
        var id: String

        @OptionGroup var ask: AskOptions

        @Option(help: ArgumentHelp("Once, then.", valueName: "time"))
        var at: MomentText?

        @Option(help: ArgumentHelp("Again and again, e.g. 90s, 10m, 2h, 1d.", valueName: "time"))
        var every: PeriodText?

        @Option(
            help: ArgumentHelp(
                "With --every: when it is due first; else one period from now.", valueName: "time"))
        var from: MomentText?

        @Option(help: ArgumentHelp("On these days, e.g. mon,thu.", valueName: "days"))
        var days: String?

        @Option(help: ArgumentHelp("With --days: when, e.g. 06:30.", valueName: "time"))
        var time: String?

        func validate() throws {
            guard [at != nil, every != nil, days != nil].count(where: { $0 }) == 1 else {
                throw ValidationError("Say when: --at, --every, or --days with --time.")
            }
            guard (days != nil) == (time != nil) else {
                throw ValidationError("--days and --time go together.")
            }
            guard from == nil || every != nil else { throw ValidationError("--from goes with --every.") }
        }

        func run() async throws {
            var fields = try ask.fields()
            if let at { fields["at"] = at.instant(after: .now).description }
            if let every {
                fields["every_s"] = every.seconds
                fields["from"] =
                    (from?.instant(after: .now) ?? .now + .seconds(every.seconds)).description
            }
            if let days {
                fields["days"] = days.split(separator: ",").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                fields["time"] = time
            }
            let answer = try await order.send(
                .put, "/v1/schedules/\(BrainClient.escaped(id))", fields)
            try order.output.write(answer) {
                let view = try BrainClient.decode(ScheduleView.self, from: answer)
                return
                    "schedule \(view.schedule.id), \(ScheduleText.text(of: view.schedule.recurrence)): next \(view.nextAt?.description ?? "never")\n"
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a schedule; tasks that it has started go on.", aliases: ["rm"])

        @OptionGroup var order: OrderOptions

        @Argument(help: "The schedule's name.")
        var id: String

        func run() async throws {
            let answer = try await order.send(.delete, "/v1/schedules/\(BrainClient.escaped(id))")
            try order.output.write(answer) { "schedule \(id) removed\n" }
        }
    }
}

/// When a schedule is due, in words.
enum ScheduleText {
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    static func text(of recurrence: Recurrence) -> String {
        switch recurrence {
        case .once(let moment): return "once, \(moment)"
        case .every(let seconds, _): return "every \(Phrases.duration(seconds: Double(seconds)))"
        case .weekly(let days, let secondsOfDay):
            let names = days.filter { (1...7).contains($0) }.map { weekdays[$0 - 1] }
            let minutes = secondsOfDay / 60
            let clock = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            return "\(names.joined(separator: ",")) at \(clock.joined(separator: ":"))"
        }
    }
}
