import Foundation
import Testing

/// A real daemon's failed run, gone through again with one thing changed.
struct WhatIfTests {
    @Test(.timeLimit(.minutes(3)))
    func `a failed run is explained, and one line turns it into a success`() async throws {
        let site = try Site(simulationSpeed: 50, scene: Workshop.scene(items: 1))
        try site.write(
            "faults.json", #"{"rules": [{"motion": "put_on", "fault": "fails_cleanly"}]}"#)
        let configuration = site.folder + "/ponsd.yaml"
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
            .replacingOccurrences(
                of: "speed: 50.0}", with: "speed: 50.0, faults: \(site.folder)/faults.json}")
        try #require(text.contains("faults.json"))
        try site.write("ponsd.yaml", text)
        let daemon = try await site.start()
        defer { daemon.signal(SIGKILL) }
        let task = try await site.submit("on(item0, shelf)")
        #expect(try await site.story(of: task).last?.state == "failed")

        // Why.
        let told = try await site.ask("/v1/tasks/\(task)/explanation").json
        let tries = told["chapters"].list.filter {
            $0["kind"].text == "attempt" && $0["text"].text?.contains("surface: shelf") == true
        }
        // Two tries in the first plan.
        let sameStep = tries.filter { $0["step"] == tries.first?["step"] }
        let last = try #require(sameStep.last)
        #expect(last["text"].text?.contains("skillError") == true, "\(last)")
        #expect(told["spent"].list.contains { $0["activity"].text == "backOff" })

        // What if.
        let step = try #require(last["step"].text)
        let record = try #require(last["record"].number.map { Int($0) })
        try site.write("intervention.yaml", "result: {step: \(step), outcome: succeeded}\n")
        let fork = [
            "sim", "fork", task, "--at", "\(record)", "--with", site.folder + "/intervention.yaml", "-o",
            "json",
        ]
        let online = try await site.run("pons", fork + ["--gantt", site.folder + "/fork.svg"])
        #expect(online.code == 0, "\(online.errors)")
        let report = try JSONDecoder().decode(JSON.self, from: Data(online.output.utf8))
        #expect(report["recorded"]["state"].text == "failed")
        #expect(report["forked"]["state"].text == "succeeded")
        #expect(report["parting"]["record"].number.map { Int($0) } == record)
        let picture = try String(contentsOfFile: site.folder + "/fork.svg", encoding: .utf8)
        #expect(picture.contains("WHAT IF") && picture.contains("succeeded"))

        // The files alone give the same, beside the daemon and after it.
        let files = ["--journal", site.state + "/journal.db", "--config", configuration]
        let beside = try await site.run("pons-lab", fork + files)
        #expect(beside.code == 0, "\(beside.errors)")
        await daemon.kill()
        let offline = try await site.run("pons-lab", fork + files)
        #expect(offline.output == beside.output && offline.code == 0, "\(offline.errors)")
        let explained = try await site.run(
            "pons-lab", ["task", "explain", task, "--journal", site.state + "/journal.db", "-o", "json"])
        let same = try JSONDecoder().decode(JSON.self, from: Data(explained.output.utf8))
        #expect(same["chapters"] == told["chapters"] && same["phases"] == told["phases"])
    }
}

extension Site {
    /// Runs one of the programs to its end.
    fileprivate func run(
        _ name: String, _ arguments: [String]
    ) async throws -> (code: Int32, output: String, errors: String) {
        let program = try Program(
            Self.programs + "/" + name, arguments, environment: ["PONS_BRAIN": address, "PONS_STATE": state])
        let lines = await program.output.toEnd()
        let code = await program.end()
        return (code, lines.joined(separator: "\n"), program.errors.all.joined(separator: "\n"))
    }
}
