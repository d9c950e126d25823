import RobotModel
import Testing
import WireFormat

@Suite struct JournalEntryCodecTests {
    private func flaw(_ bytes: [UInt8]) -> WireFormatError? {
        do {
            _ = try JournalEntryCodec.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func `every input comes back as it went`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the inputs: \(seed)")
        var samples = Samples(seed: seed)
        for round in 0..<2100 {
            let input = samples.input(kind: round % Samples.inputKinds)
            let at = samples.instant()
            let bytes = try JournalEntryCodec.encode(input, at: at)
            let back = try JournalEntryCodec.decode(bytes)
            #expect(back.input == input)
            #expect(back.at == at)
            #expect(try JournalEntryCodec.encode(back.input, at: at) == bytes)
        }
    }

    /// Nothing but this test would notice a field that was added to a value and
    /// forgotten in the journal: put it into journal.proto, codec and samples,
    /// and then here.
    @Test func `no field of a value is forgotten`() {
        var samples = Samples(seed: 3)
        func fields(_ value: Any) -> [String] { Mirror(reflecting: value).children.compactMap(\.label) }
        #expect(
            fields(TaskRequest(.words(""))) == [
                "ask", "priority", "requester", "idempotencyKey", "deadline", "asksPeople",
            ])
        #expect(fields(samples.goal()) == ["stages", "observations"])
        #expect(fields(GoalStage(.achieve(.always))) == ["aim", "performer"])
        #expect(fields(SkillCall(skill: "s")) == ["skill", "robot", "arguments"])
        #expect(
            fields(WorkflowStep(id: "s", skill: "s")) == [
                "id", "skill", "robot", "arguments", "after", "repeats", "votes",
            ])
        #expect(fields(Plan(steps: [])) == ["steps", "links", "makespanSeconds", "explanation", "outcome"])
        #expect(
            fields(PlanStep(id: "s", robot: "r", skill: "s", arguments: [:])) == [
                "id", "robot", "skill", "arguments", "after", "stage", "expectedStartSeconds",
                "expectedDurationSeconds", "terms",
            ])
        #expect(
            fields(StepTerms()) == [
                "timeout", "retry", "onLinkLoss", "cancel", "idempotent", "risk", "resources", "effects",
                "failureEffect", "preemptible", "compensation", "repeats", "votes",
            ])
        #expect(
            fields(Compensation(skill: "s")) == [
                "skill", "arguments", "timeout", "resources", "effects", "failureEffect",
            ])
        #expect(fields(RepeatPolicy(until: "u")) == ["until", "most"])
        #expect(fields(VotePolicy(ahead: 1)) == ["ahead", "most"])
        #expect(fields(PersonOrder(by: "b")) == ["by", "reason", "key"])
        #expect(fields(PlanEdit(kind: .edit, revision: 1)) == ["kind", "revision", "steps", "removed"])
        #expect(
            fields(Schedule(id: "s", request: TaskRequest(.words("")), recurrence: .once(.zero))) == [
                "id", "request", "recurrence",
            ])
        #expect(
            fields(CoordinationSettings()) == [
                "linkGrace", "overdueGrace", "planningLimit", "breakerFailures", "breakerWindow",
                "breakerPause", "mostRevisions", "headStart", "preemptionGap", "questions", "keyRetention",
            ])
        #expect(fields(QuestionPolicy()) == ["channel", "timeout", "defaultOption", "escalation"])
        #expect(fields(RetryPolicy()) == ["attempts", "backoffSeconds"])
        #expect(
            fields(CausalLink(producer: nil, literal: samples.literal(), consumer: nil)) == [
                "producer", "literal", "consumer",
            ])
        #expect(fields(samples.effect()) == ["literal", "conditions"])
        #expect(fields(samples.literal()) == ["predicate", "terms", "isPositive"])
        #expect(
            fields(RobotDescription(id: "r", embodiment: "e")) == [
                "id", "embodiment", "names", "skills", "limits", "resources", "parts", "facts", "pose",
            ])
        #expect(
            fields(RobotLimits()) == [
                "speedMetersPerSecond", "reachMeters", "payloadKilograms", "batteryRatioPerHour",
            ])
        #expect(fields(Entity(id: "e", types: [])) == ["id", "types", "names", "pose", "properties"])
        #expect(fields(samples.pose()) == ["frame", "xMeters", "yMeters", "zMeters", "yawRadians"])
        #expect(fields(samples.failure()) == ["code", "message"])
        #expect(fields(Rejection(.unsafe, "")) == ["code", "message", "parts", "suggestions"])
        #expect(fields(samples.attempt()) == ["task", "step", "number"])
        #expect(fields(samples.token()) == ["epoch", "counter"])
    }

    @Test func `a number that is none is kept as it is`() throws {
        let input = CoordinationInput.attemptEnded(
            AttemptID(task: "t", step: "s", number: 1), FencingToken(epoch: 1, counter: 1),
            .succeeded(returns: ["force": .number(.nan)], observed: []))
        let back = try JournalEntryCodec.decode(JournalEntryCodec.encode(input, at: .zero))
        guard case .attemptEnded(_, _, .succeeded(let returns, _)) = back.input else {
            return #expect(Bool(false))
        }
        #expect(returns["force"]?.number?.isNaN == true)
    }

    @Test func `damaged records never crash the reader`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the damage: \(seed)")
        var samples = Samples(seed: seed)
        for round in 0..<300 {
            let bytes = try JournalEntryCodec.encode(
                samples.input(kind: round % Samples.inputKinds), at: .zero)
            for _ in 0..<20 {
                _ = try? JournalEntryCodec.decode(
                    Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &samples.random))))
                var flipped = bytes
                let place = Int.random(in: bytes.indices, using: &samples.random)
                flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &samples.random)
                _ = try? JournalEntryCodec.decode(flipped)
            }
        }
    }

    @Test func `a record of a newer version, or with an unknown input, starts nothing`() {
        // Version 3.
        #expect(flaw([0x08, 3])?.code == .unknownKind)
        #expect(flaw([0x08, 3])?.message.contains("newer ponsd") == true)
        // Version 1 with field 500 alone.
        #expect(flaw([0x08, 1, 0xa2, 0x1f, 0])?.code == .unknownKind)
        // No version.
        #expect(flaw([])?.code == .malformed)
    }

    @Test func `formulas nested too deep are refused, in and out`() {
        var formula = Formula.literal(Literal("p", []))
        for _ in 0..<63 { formula = .and([formula]) }
        func submitted(_ formula: Formula) -> CoordinationInput {
            .taskSubmitted("t", TaskRequest(.goal(Goal(formula))))
        }
        #expect(throws: Never.self) {
            try JournalEntryCodec.decode(JournalEntryCodec.encode(submitted(formula), at: .zero))
        }
        #expect(throws: WireFormatError(.unrepresentable, "")) {
            _ = try JournalEntryCodec.encode(submitted(.not(formula)), at: .zero)
        }
        // Thousands of levels of Formula.not, made by hand.
        var bytes: [UInt8] = []
        while bytes.count < 20_000 { bytes = wrapped(bytes, in: [0x12]) }
        #expect(flaw(wrapped(bytes, in: [0x0a, 0x0a, 0x12, 0x12, 0x5a]))?.code == .tooLarge)
    }

    /// `bytes` as a field within a field …, the outermost tag last.
    private func wrapped(_ bytes: [UInt8], in tags: [UInt8]) -> [UInt8] {
        tags.reduce(bytes) { inner, tag in
            var length = inner.count
            var header = [tag]
            while length >= 0x80 {
                header.append(UInt8(length & 0x7f) | 0x80)
                length >>= 7
            }
            return header + [UInt8(length)] + inner
        }
    }
}
