import Foundation
import Testing

struct CrashTests {
    /// What a simulated robot did to the world, by its own ledger.
    private struct Line: Decodable {
        struct Entry: Decodable {
            struct Applied: Decodable {
                var value: Motion
                enum CodingKeys: String, CodingKey { case value = "_0" }
            }
            struct Attempt: Decodable { var task, step: String }
            struct Motion: Decodable {
                var attempt: Attempt
                var motion: String
                var isWhole: Bool
            }
            var applied: Applied?
        }
        var entry: Entry
    }

    @Test(.timeLimit(.minutes(3)))
    func `a daemon killed at twenty random moments loses no task and repeats no effect`() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SplitMix(state: seed)
        let rounds = 20
        let site = try Site(simulationSpeed: 20, scene: Workshop.scene(items: rounds))
        var tasks: [String] = []
        for round in 0..<rounds {
            let daemon = try await site.start()
            let task = try await site.submit("on(item\(round), shelf)")
            tasks.append(task)
            // Not a wait: the moment of the crash itself, in or between steps.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...500, using: &random)))
            await daemon.kill()
        }
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        for task in tasks {
            let story = try await site.story(of: task)
            #expect(story.last?.state == "succeeded", "seed \(seed), \(story.map(\.line))")
        }
        let facts = try await site.facts()
        for round in 0..<rounds { #expect(facts["on(item\(round), shelf)"] != nil, "seed \(seed)") }

        let motions = try Self.motions(in: site.state + "/simulation.ledger")
        // A plan that is made anew may put down and take up again; what no
        // step may do is the same thing twice, on whichever attempt.
        let effects = Dictionary(grouping: motions.filter(\.isWhole)) {
            "\($0.attempt.task)/\($0.attempt.step) \($0.motion)"
        }
        for (effect, times) in effects where times.count > 1 {
            Issue.record("seed \(seed): \(effect) was applied \(times.count) times")
        }
        for round in 0..<rounds {
            let times = motions.count { $0.motion == "put_on(item\(round), shelf)" && $0.isWhole }
            #expect(times == 1, "seed \(seed): item\(round) was put on the shelf \(times) times")
        }
    }

    private static func motions(in file: String) throws -> [Line.Entry.Motion] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            try JSONDecoder().decode(Line.self, from: Data(line.dropFirst(9).utf8)).entry.applied?.value
        }
    }
}

/// Random numbers from a seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
