import ArgumentParser
import BrainClient
import Foundation
import RobotModel

struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Follow what happens, in all tasks and robots.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help:
            "Begin after this event; 0 is from the first that is kept. Without it, what happens from now on.")
    var after: UInt64?

    @Option(help: "End after so many events.")
    var count: Int?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count wants 1 or more.") }
    }

    func run() async throws {
        var left = count ?? .max
        let feed = EventFeed(client: try connection.client(), path: "/v1/events")
        try await feed.read(
            after: after, endsWithStream: { false },
            take: { _, data in
                switch output.format {
                case .json: Terminal.output.line(try JSONDocument(data).line)
                case .yaml: Terminal.output.write("---\n" + (try JSONDocument(data).yaml))
                case .table:
                    Terminal.output.line(EventLine.text(try BrainClient.decode(TaskEvent.self, from: data)))
                }
                left -= 1
                return left > 0
            })
    }
}
