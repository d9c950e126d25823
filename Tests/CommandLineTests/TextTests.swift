import Foundation
import RobotModel
import Testing

@testable import BrainClient
@testable import Pages
@testable import pons

/// How things are written and read, without a brain.
struct TextTests {
    @Test func `events are read however the bytes are cut`() {
        let text = """
            : hello
            retry: 1000

            id: 1
            event: task
            data: {"a":"ü"}

            data: one
            data:two

            id: 3
            event: step
            data: {}


            """
        let expected = [
            ServerSentEventReader.Event(id: "1", kind: "task", data: #"{"a":"ü"}"#),
            .init(id: nil, kind: "message", data: "one\ntwo"), .init(id: "3", kind: "step", data: "{}"),
        ]
        for size in 1...12 {
            var reader = ServerSentEventReader()
            let bytes = Array(text.utf8)
            var events: [ServerSentEventReader.Event] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += reader.read(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(events == expected)
        }
    }

    @Test func `a task that is held says why, by when, and how to answer`() {
        var task = SampleTask.underWay()
        task.state = .paused
        task.note = "paused by anna: a child"
        task.request.deadline = SampleTask.instant(65)
        task.question = Question(
            id: "q1", step: "s3", channel: "operators", text: "The arm is stuck.",
            options: ["retry", "fail"], defaultOption: "fail", askedAt: SampleTask.instant(5),
            dueAt: SampleTask.instant(25))
        let view = ProgressView(columns: 200, rows: 24, hasColour: false)
        let lines = view.lines(task, at: SampleTask.instant(5))
        #expect(lines.count == 8)
        #expect(lines[0].contains("paused"))
        #expect(lines[1] == "  paused by anna: a child")
        #expect(lines[2].hasSuffix("Z, in 1 min 0 s"))
        #expect(lines[3] == "  asks      operators: The arm is stuck.")
        #expect(
            lines[4] == "            fail in 20.0 s, unless: pons task answer t1 retry|fail")
        // However small the terminal, the newest steps stay.
        let small = ProgressView(columns: 200, rows: 6, hasColour: false).lines(
            task, at: SampleTask.instant(70))
        #expect(small[2].hasSuffix("late by 5.0 s"))
        #expect(small.count <= 8)
    }

    @Test func `columns are as wide as they need to be`() {
        var table = Table("A", "LONGER", "C")
        table.add("1", "2", "three")
        table.add("wide cell", "", "x")
        #expect(table.text() == "A          LONGER  C\n1          2       three\nwide cell          x\n")
        #expect(table.text(columns: 10).split(separator: "\n").allSatisfy { $0.count <= 10 })
    }

    @Test func `JSON is rewritten as YAML`() throws {
        let json = #"{"b": [1, {"x": "y: z", "a": []}, [2]], "a": {}, "c": null, "d": {"e": true}}"#
        let yaml = """
            a: {}
            b:
              - 1
              -
                a: []
                x: "y: z"
              -
                - 2
            c: null
            d:
              e: true

            """
        #expect(try JSONDocument(Data(json.utf8)).yaml == yaml)
    }

    @Test(arguments: [
        (0, "0.0 s"), (12.34, "12.3 s"), (59.94, "59.9 s"), (200, "3 min 20 s"), (7500, "2 h 5 min"),
        (-3, "0.0 s"),
    ])
    func `durations read well`(seconds: Double, text: String) {
        #expect(Phrases.duration(seconds: seconds) == text)
    }

    @Test func `the address comes from the option, the environment, or is the usual one`() throws {
        func url(_ option: String?, _ environment: [String: String] = [:]) throws -> String {
            try BrainAddress.url(option: option, environment: environment)
        }
        #expect(try url(nil) == "http://127.0.0.1:7680")
        #expect(try url(nil, ["PONS_BRAIN": "robot-1:7680/"]) == "http://robot-1:7680")
        #expect(try url("https://x", ["PONS_BRAIN": "y"]) == "https://x")
        for bad in ["file:///etc", "http://"] {
            #expect(throws: CommandError.self) { _ = try url(bad) }
        }
    }

    @Test func `the token is looked for where it may be, best place first`() {
        func files(_ option: String?, _ environment: [String: String]) -> [String] {
            TokenLookup(option: option, environment: environment).files
        }
        let all = ["PONS_TOKEN_FILE": "/b", "PONS_STATE": "/c", "HOME": "/home/anna"]
        #expect(files("/a", all) == ["/a"])
        #expect(files(nil, all) == ["/b"])
        #expect(files(nil, ["PONS_STATE": "/c", "HOME": "/home/anna"]) == ["/c/token"])
        #expect(
            files(nil, ["HOME": "/home/anna"]) == [
                "/var/lib/pons/token", "/home/anna/.local/state/pons/token",
            ])
    }

    @Test(arguments: [
        ("taskNotFound", 404, CommandStatus.notFound), ("unknownField", 400, .usage),
        ("unauthorized", 401, .refused),
        ("noCapableRobot", 422, .refused), ("unsafe", 403, .refused), ("idempotencyMismatch", 409, .refused),
        ("taskEnded", 409, .failed), ("notReady", 503, .unreachable), ("robotLost", 503, .failed),
        ("timeout", 504, .timedOut), ("internalError", 500, .failed), ("somethingNew", 422, .usage),
    ])
    func `an error answer becomes an exit code`(code: String, status: Int, exit: CommandStatus) {
        let body = #"{"code": "\#(code)", "title": "A thing", "detail": "why", "advice": "do"}"#
        let error = ProblemAnswer.error(status: status, body: Data(body.utf8))
        #expect(error == CommandError(exit, "a thing", why: "why", advice: "do"))
        #expect(error.text(inColour: false) == "error: a thing\n  why: why\n  try: do")
    }

    @Test func `an answer of something else is no brain's`() {
        #expect(ProblemAnswer.error(status: 502, body: Data("<html>".utf8)).status == .unreachable)
    }

    @Test func `the live view shows what runs, and lets what is done make way`() {
        var task = SampleTask.underWay()
        let view = ProgressView(columns: 60, rows: 20, hasColour: false)
        let lines = view.lines(task, at: SampleTask.instant(8))
        #expect(lines[0].hasPrefix("task t1  running  8.0 s  “give the apple"))
        #expect(lines[1] == "  ✔ s1  dog  pick(apple)          3.0 s")
        #expect(lines[3] == "  · s3  arm  pick(apple)          after s2")
        #expect(lines.allSatisfy { $0.count <= 60 })

        task.steps = (1...40).map { number in
            var step = task.steps[0]
            step.step.id = StepID("s\(number)")
            step.state = number <= 30 ? .succeeded : .blocked
            return step
        }
        let short = view.lines(task, at: SampleTask.instant(8))
        #expect(short.count <= 20)
        #expect(short.contains { $0.contains("earlier steps done") })
        #expect(short.contains { $0.contains("s31 ") })
    }

    @Test func `colour is written only where it is wanted`() {
        let task = SampleTask.underWay()
        let plain = ProgressView(columns: 80, rows: 20, hasColour: false).lines(task, at: .zero)
        let coloured = ProgressView(columns: 80, rows: 20, hasColour: true).lines(task, at: .zero)
        #expect(!plain.joined().contains("\u{1B}"))
        #expect(coloured[1].hasPrefix("\u{1B}[32m") && coloured[1].hasSuffix("\u{1B}[0m"))
    }

    @Test func `the doctor tells good from doubtful from bad`() throws {
        func health(_ change: [String: Any]) throws -> HealthAnswer {
            var object: [String: Any] = [
                "isLive": true, "isReady": true, "reasons": [String](), "version": Release.version,
                "node": "n",
                "epoch": 1, "startedAt": "2026-11-24T05:20:00Z", "now": "2026-11-24T05:20:00Z",
                "freeDiskBytes": 5 << 30, "problems": [[String: Any]](),
            ]
            object.merge(change) { $1 }
            return try BrainClient.decode(
                HealthAnswer.self, from: try JSONSerialization.data(withJSONObject: object))
        }
        let now = try #require(Instant(text: "2026-11-24T05:20:01Z"))
        func verdicts(_ change: [String: Any]) throws -> [Check.Verdict] {
            Examination.judge(try health(change), at: now).map(\.verdict)
        }
        #expect(try verdicts([:]) == [.good, .good, .good, .good])
        #expect(try verdicts(["version": "9.9.9"]) == [.doubtful, .good, .good, .good])
        #expect(try verdicts(["now": "2026-11-24T05:21:00Z"]) == [.good, .good, .doubtful, .good])
        #expect(try verdicts(["freeDiskBytes": 500 << 20]) == [.good, .good, .good, .doubtful])
        #expect(try verdicts(["freeDiskBytes": 50 << 20]) == [.good, .good, .good, .bad])
        #expect(
            try verdicts(["problems": [["file": "a", "message": "b"], ["file": "c", "message": "d"]]])
                == [.good, .bad, .bad, .good, .good])

        var robot = RobotView(
            description: SampleTask.robots[0], state: .available, isLinked: true, batteryRatio: 0.5)
        #expect(Examination.judge([robot]).map(\.verdict) == [.good])
        robot.batteryRatio = 0.1
        #expect(Examination.judge([robot]).map(\.verdict) == [.doubtful])
        robot.isLinked = false
        #expect(Examination.judge([robot]).map(\.verdict) == [.bad])
        #expect(Examination.judge([]).map(\.verdict) == [.doubtful])
    }
}
