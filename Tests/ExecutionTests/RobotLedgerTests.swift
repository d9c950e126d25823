import Foundation
import PonsTesting
import RobotModel
import Testing

@testable import Execution

/// What a robot must not forget, as bytes.
struct RobotLedgerTests {
    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 1, 2, 3])
    func `any ledger reads back as it was`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let ledger = Self.ledger(&random)
            let bytes = ledger.encoded()
            try #require(try RobotLedger(encoded: bytes, of: "dog") == ledger, "seed \(seed)")
            try #require(bytes == ledger.encoded(), "equal ledgers make equal bytes; seed \(seed)")
        }
    }

    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 1, 2, 3])
    func `a ledger that an older version wrote as JSON is read`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let encoder = JSONEncoder()
        encoder.userInfo[.isExact] = true
        for _ in 0..<100 {
            let ledger = Self.ledger(&random)
            let old = Array(try encoder.encode(ledger))
            try #require(try RobotLedger(encoded: old, of: "dog") == ledger, "seed \(seed)")
        }
    }

    @Test func `a ledger is read as it lies on robots’ disks`() throws {
        let json = """
            {"highestToken":{"epoch":3,"counter":7},"records":[{"attempt":{"task":"t","step":"s","number":2},\
            "token":{"epoch":3,"counter":7},"outcome":{"failed":{"_0":{"code":"timeout","message":"late"},\
            "observed":[]}}}]}
            """
        let token = FencingToken(epoch: 3, counter: 7)
        let ledger = RobotLedger(
            highestToken: token,
            records: [
                AttemptRecord(
                    AttemptID(task: "t", step: "s", number: 2), token,
                    outcome: .failed(Failure(.timeout, "late")))
            ])
        #expect(try RobotLedger(encoded: Array(json.utf8), of: "dog") == ledger)
        let binary: [UInt8] =
            [2, 3, 7, 1, 2, 1, 0x74, 1, 0x73, 2, 3, 7, 1, 2, 7] + Array("timeout".utf8) + [4]
            + Array("late".utf8) + [0]
        #expect(ledger.encoded() == binary)
        #expect(try RobotLedger(encoded: binary, of: "dog") == ledger)
    }

    /// What is still a ledger is another one: the checksum around it tells that.
    @Test(arguments: [UInt64.random(in: 0...UInt64.max), 1, 2, 3])
    func `damaged bytes are an error that names the robot, and never a trap`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let bytes = Self.ledger(&random).encoded()
            for _ in 0..<40 {
                var bytes = bytes
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
                case 1: bytes.append(.random(in: 0...255, using: &random))
                case 2: bytes = (0..<64).map { _ in .random(in: 0...255, using: &random) }
                default:
                    for _ in 0..<Int.random(in: 1...3, using: &random) {
                        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
                            1
                            << UInt8.random(
                                in: 0..<8, using: &random)
                    }
                }
                do {
                    let other = try RobotLedger(encoded: bytes, of: "dog")
                    _ = other.encoded()
                } catch {
                    try #require(error.message.contains("dog"), "seed \(seed)")
                }
            }
        }
    }

    @Test func `every cut and every byte too many is found`() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<20 {
            let bytes = Self.ledger(&random).encoded()
            for count in bytes.indices {
                #expect(throws: LedgerError(.damaged, "")) {
                    try RobotLedger(encoded: Array(bytes[..<count]), of: "dog")
                }
            }
            #expect(throws: LedgerError(.damaged, "")) { try RobotLedger(encoded: bytes + [0], of: "dog") }
        }
    }

    @Test(
        arguments: [
            // A list, a text and a number that are longer than there are bytes, or bits.
            [2, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
            [2, 0, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            [2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2, 0, 0],
            [2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0, 0],
            // No UTF-8; no kind of record; neither true nor false.
            [2, 0, 0, 1, 2, 1, 0xC3, 0, 1, 1, 1, 0], [2, 0, 0, 1, 9], [2, 0, 0, 1, 2, 0, 0, 1, 1, 1, 7],
            [], [0x7B], [0x00], [0xFF],
        ] as [[UInt8]])
    func `nonsense is damage`(bytes: [UInt8]) {
        #expect(throws: LedgerError(.damaged, "")) { try RobotLedger(encoded: bytes, of: "dog") }
    }

    @Test func `a ledger of a newer version is told as such`() {
        #expect(throws: LedgerError(.newerFormat, "")) { try RobotLedger(encoded: [3, 0, 0], of: "dog") }
    }
}

// MARK: Ledgers at random

extension RobotLedgerTests {
    private static func ledger(_ random: inout SeededRandom) -> RobotLedger {
        RobotLedger(highestToken: token(&random), records: list(3, &random) { record(&$0) })
    }

    private static func record(_ random: inout SeededRandom) -> AttemptRecord {
        let outcome = Bool.random(using: &random) ? outcome(&random) : nil
        return Int.random(in: 0..<4, using: &random) == 0
            ? AttemptRecord(attempt(&random), token(&random), outcome: outcome)
            : AttemptRecord(order: order(&random), outcome: outcome)
    }

    private static func order(_ random: inout SeededRandom) -> Invocation {
        let cancels: [CancelMode] = [.stop, .finish, .compensate("put_back")]
        return Invocation(
            attempt: attempt(&random), token: token(&random), robot: RobotID(text(&random)),
            skill: SkillName(text(&random)), arguments: values(&random),
            timeout: .nanoseconds(Int64.random(in: -5...Int64.max, using: &random)),
            onLinkLoss: [.stop, .finish, .continue].randomElement(using: &random) ?? .stop,
            cancel: cancels.randomElement(using: &random) ?? .stop, idempotent: .random(using: &random),
            votes: Bool.random(using: &random)
                ? VotePolicy(ahead: number(&random), most: number(&random)) : nil)
    }

    private static func outcome(_ random: inout SeededRandom) -> AttemptOutcome {
        let seen = list(3, &random) { literal(&$0) }
        guard let code = FailureCode.allCases.randomElement(using: &random), Bool.random(using: &random)
        else {
            return .succeeded(returns: values(&random), observed: seen)
        }
        return .failed(Failure(code, text(&random)), observed: seen)
    }

    private static func attempt(_ random: inout SeededRandom) -> AttemptID {
        AttemptID(task: TaskID(text(&random)), step: StepID(text(&random)), number: number(&random))
    }

    private static func token(_ random: inout SeededRandom) -> FencingToken {
        FencingToken(
            epoch: UInt64(number(&random)),
            counter: random.next() >> UInt64.random(in: 0..<64, using: &random))
    }

    private static func values(_ random: inout SeededRandom) -> [String: Value] {
        Dictionary(list(4, &random) { (text(&$0), value(&$0)) }, uniquingKeysWith: { _, last in last })
    }

    private static func value(_ random: inout SeededRandom) -> Value {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: .entity(EntityID(text(&random)))
        case 1: .text(text(&random))
        case 2: .number(real(&random))
        case 3: .boolean(.random(using: &random))
        default:
            .pose(
                Pose(
                    frame: text(&random), xMeters: real(&random), yMeters: real(&random),
                    zMeters: real(&random), yawRadians: real(&random)))
        }
    }

    /// In the notation for facts, which JSON has it in.
    private static func literal(_ random: inout SeededRandom) -> Literal {
        let terms: [Term] = [.entity("apple"), .entity("t-1"), .variable("item"), .any]
        return Literal(
            ["on", "near", "holding"].randomElement(using: &random) ?? "on",
            [.entity("dog")] + list(2, &random) { terms.randomElement(using: &$0) ?? .any },
            isPositive: .random(using: &random))
    }

    private static func text(_ random: inout SeededRandom) -> String {
        String(list(12, &random) { Array("abcz09_.-äß„🦾\0 {").randomElement(using: &$0) ?? "a" })
    }

    private static func number(_ random: inout SeededRandom) -> UInt32 {
        UInt32(truncatingIfNeeded: random.next() >> UInt64.random(in: 32..<64, using: &random))
    }

    private static func real(_ random: inout SeededRandom) -> Double {
        [0, 1, -1.5, 0.1, .pi, 1e300, -1e-300].randomElement(using: &random) ?? 0
    }

    private static func list<Element>(
        _ most: Int, _ random: inout SeededRandom, _ element: (inout SeededRandom) -> Element
    ) -> [Element] {
        (0..<Int.random(in: 0...most, using: &random)).map { _ in element(&random) }
    }
}
