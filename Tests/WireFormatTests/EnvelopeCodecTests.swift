import RobotModel
import Testing
import WireFormat

@Suite struct EnvelopeCodecTests {
    private let stamp = HybridStamp(wallMilliseconds: 1, counter: 2, origin: "brain")

    private func envelope(_ body: Envelope.Body) -> Envelope {
        Envelope(id: 7, session: "s", sequence: 3, acknowledged: 2, stamp: stamp, body: body)
    }

    /// What decoding these bytes throws; nil where it doesn't.
    private func flaw(_ bytes: [UInt8]) -> WireFormatError? {
        do {
            _ = try EnvelopeCodec.decode(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func `every body comes back as it went`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the envelopes: \(seed)")
        var samples = Samples(seed: seed)
        for round in 0..<1300 {
            var original = samples.envelope()
            original.body = samples.body(kind: round % Samples.bodyKinds)
            let bytes = try EnvelopeCodec.encode(original)
            #expect(try EnvelopeCodec.decode(bytes) == original)
            #expect(try EnvelopeCodec.encode(EnvelopeCodec.decode(bytes)) == bytes)
        }
    }

    @Test func `the samples cover every body`() {
        var samples = Samples(seed: 1)
        #expect(Set((0..<Samples.bodyKinds).map { samples.body(kind: $0).name }).count == Samples.bodyKinds)
    }

    @Test func `a time-out is rounded up to whole milliseconds`() throws {
        let order = Invocation(
            attempt: AttemptID(task: "t", step: "s", number: 1), token: FencingToken(epoch: 1, counter: 1),
            robot: "dog", skill: "pick", arguments: [:], timeout: .microseconds(1001))
        let back = try EnvelopeCodec.decode(EnvelopeCodec.encode(envelope(.invoke(order))))
        guard case .invoke(let told) = back.body else { return #expect(Bool(false)) }
        #expect(told.timeout == .milliseconds(2))
    }

    @Test func `random bytes never crash the reader`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the garbage: \(seed)")
        var random = SplitMix(state: seed)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0..<120, using: &random)
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try? EnvelopeCodec.decode(bytes)
        }
    }

    @Test func `cut off and flipped frames never crash the reader`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of the damage: \(seed)")
        var samples = Samples(seed: seed)
        for round in 0..<400 {
            let bytes = try EnvelopeCodec.encode(
                Envelope(
                    id: 1, session: "s", sequence: 1, stamp: stamp,
                    body: samples.body(kind: round % Samples.bodyKinds)))
            for _ in 0..<20 {
                _ = try? EnvelopeCodec.decode(
                    Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &samples.random))))
                var flipped = bytes
                for _ in 0...samples.small() {
                    let place = Int.random(in: bytes.indices, using: &samples.random)
                    flipped[place] ^= 1 << UInt8.random(in: 0..<8, using: &samples.random)
                }
                _ = try? EnvelopeCodec.decode(flipped)
            }
        }
    }

    @Test func `every way to cut a frame off is noticed or leaves a whole frame`() throws {
        let bytes = try EnvelopeCodec.encode(envelope(.goodbye(reason: "tired")))
        for count in bytes.indices {
            if let told = try? EnvelopeCodec.decode(Array(bytes.prefix(count))) {
                Issue.record("\(count) of \(bytes.count) bytes were read as \(told)")
            }
        }
    }

    @Test func `an error names the field and the envelope`() throws {
        var status = RobotStatus(robot: "dog")
        status.robot = "no robot at all"
        let error = flaw(try EnvelopeCodec.encode(envelope(.heartbeat([status]))))
        #expect(error?.code == .malformed)
        #expect(error?.message.contains("“no robot at all” is no identifier") == true)
        #expect(error?.envelope == 7)
    }

    @Test func `an unknown failure code is read as a skill error`() throws {
        let result = Envelope.Body.result(
            AttemptID(task: "t", step: "s", number: 1), FencingToken(epoch: 1, counter: 1),
            .failed(Failure(.timeout, "too slow")))
        var bytes = try EnvelopeCodec.encode(envelope(result))
        let start = try #require(bytes.firstRange(of: Array("timeout".utf8)))
        bytes.replaceSubrange(start, with: Array("tim_out".utf8))
        guard case .result(_, _, let outcome) = try EnvelopeCodec.decode(bytes).body else {
            return #expect(Bool(false))
        }
        #expect(outcome == .failed(Failure(.skillError, "tim_out: too slow")))
    }

    @Test func `an empty frame has no body`() {
        #expect(flaw([])?.code == .unknownKind)
    }

    @Test func `an unknown field is skipped, an unknown body is told apart`() throws {
        let bytes = try EnvelopeCodec.encode(envelope(.goodbye(reason: "")))
        // Field 1000, a varint of 5.
        #expect(try EnvelopeCodec.decode(bytes + [0xc0, 0x3e, 5]).body == .goodbye(reason: ""))
        // Field 90 as the only body.
        #expect(flaw([0x08, 1, 0x10, 9, 0xd2, 0x05, 0])?.code == .unknownKind)
        #expect(flaw([0x08, 1, 0x10, 9, 0xd2, 0x05, 0])?.envelope == 9)
    }

    @Test func `texts with NUL or broken UTF-8 are malformed`() throws {
        var bytes = try EnvelopeCodec.encode(envelope(.goodbye(reason: "abc")))
        let range = try #require(bytes.firstRange(of: Array("abc".utf8)))
        bytes[range.lowerBound] = 0
        #expect(flaw(bytes)?.message == "Goodbye.reason holds a NUL")
        bytes[range.lowerBound] = 0xff
        #expect(flaw(bytes)?.message == "Goodbye.reason is no UTF-8")
    }

    @Test func `a field given twice is malformed`() throws {
        let bytes = try EnvelopeCodec.encode(envelope(.goodbye(reason: "abc")))
        #expect(flaw(bytes + bytes)?.message.contains("is given twice") == true)
    }

    @Test func `numbers that are none are malformed`() throws {
        let attempt = AttemptID(task: "t", step: "s", number: 1)
        let token = FencingToken(epoch: 1, counter: 1)
        for ratio in [Double.nan, .infinity] {
            let bytes = try EnvelopeCodec.encode(
                envelope(.progress(attempt, token, AttemptProgress(ratio: ratio))))
            #expect(flaw(bytes)?.code == .malformed)
        }
    }

    @Test func `too large is too large, in and out`() throws {
        let huge = String(repeating: "x", count: EnvelopeCodec.largestFrame)
        #expect(throws: WireFormatError(.tooLarge, "")) {
            _ = try EnvelopeCodec.encode(envelope(.goodbye(reason: huge)))
        }
        #expect(flaw([UInt8](repeating: 0, count: EnvelopeCodec.largestFrame + 1))?.code == .tooLarge)
    }

    @Test func `a frame of very many fields is refused`() {
        // 70,000 times an unknown field 1000 with the value 0.
        let bytes = [UInt8]((0..<70_000).flatMap { _ in [0xc0, 0x3e, 0] as [UInt8] })
        #expect(flaw(bytes)?.code == .tooLarge)
    }

    @Test func `what can’t be carried isn’t sent`() {
        #expect(throws: WireFormatError(.unrepresentable, "")) {
            _ = try EnvelopeCodec.encode(envelope(.goodbye(reason: "a\0b")))
        }
        let odd = Literal("on", [.entity("two words")])
        #expect(throws: WireFormatError(.unrepresentable, "")) {
            _ = try EnvelopeCodec.encode(
                envelope(
                    .result(
                        AttemptID(task: "t", step: "s", number: 1), FencingToken(epoch: 1, counter: 1),
                        .succeeded(returns: [:], observed: [odd]))))
        }
    }

    @Test func `a description that isn’t one says where`() throws {
        let offer = RobotOffer(
            robot: "dog", description: RobotDescription(id: "dog", embodiment: "robot_dog"))
        var bytes = try EnvelopeCodec.encode(envelope(.hello(Hello(role: .edge, name: "e", robots: [offer]))))
        let range = try #require(bytes.firstRange(of: Array("\"embodiment\"".utf8)))
        bytes.replaceSubrange(range, with: Array("\"embodimenz\"".utf8))
        #expect(flaw(bytes)?.message == "the description of dog: lacks “embodiment”")
    }

    @Test func `a description of another robot is refused`() throws {
        let offer = RobotOffer(
            robot: "cat", description: RobotDescription(id: "dog", embodiment: "robot_dog"))
        let bytes = try EnvelopeCodec.encode(envelope(.hello(Hello(role: .edge, name: "e", robots: [offer]))))
        #expect(flaw(bytes)?.code == .malformed)
    }
}
