import Foundation
import RobotModel
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0), ("2026-11-24T05:20:00.125Z", 1_795_497_600_125),
        ("1969-12-31T23:59:59.999Z", -1),
    ])
    func `instants read and write as RFC 3339`(text: String, milliseconds: Int64) throws {
        let instant = Instant(nanosecondsSinceEpoch: milliseconds * 1_000_000)
        #expect(Instant(text: text) == instant)
        #expect(instant.description == text)
    }

    @Test func `random instants survive to the millisecond`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed)
        for _ in 0..<1_000 {
            let milliseconds = Int64.random(in: -4_000_000_000_000...4_000_000_000_000, using: &random)
            let instant = Instant(nanosecondsSinceEpoch: milliseconds * 1_000_000)
            try #require(Instant(text: instant.description) == instant, "\(instant), seed \(seed)")
        }
    }

    @Test func `a zone and missing milliseconds are understood`() {
        #expect(Instant(text: "1970-01-01T00:00:01Z")?.nanosecondsSinceEpoch == 1_000_000_000)
        #expect(Instant(text: "1970-01-01T01:00:01+01:00")?.nanosecondsSinceEpoch == 1_000_000_000)
        #expect(Instant(text: "1970-01-01T01:00:01.5+01:00")?.nanosecondsSinceEpoch == 1_500_000_000)
        #expect(Instant(text: "1970-01-01T00:00:00.1234567899Z")?.nanosecondsSinceEpoch == 123_456_789)
    }

    @Test(arguments: [
        "", "now", "2026-13-01T00:00:00Z", "2026-11-24", "🍎", "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.5.5Z", ".", "1970-01-01T00:00:00.000", "9999-12-31T00:00:00Z",
        "0001-01-01T00:00:00Z", "99999999999999999999",
    ])
    func `what is no instant is refused`(text: String) {
        #expect(Instant(text: text) == nil)
    }

    @Test func `an instant a duration later is that much later`() {
        let start = Instant(nanosecondsSinceEpoch: 5)
        #expect((start + .milliseconds(2)).nanosecondsSinceEpoch == 2_000_005)
        #expect((start + .milliseconds(2)) - start == .milliseconds(2))
        #expect(start < start + .nanoseconds(1))
    }

    @Test func `durations saturate`() {
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min + 1).wholeNanoseconds == .min)
        #expect(Duration.milliseconds(-1500).wholeNanoseconds == -1_500_000_000)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    }

    @Test func `a hybrid clock never goes back`() {
        var clock = HybridClock(origin: "edge")
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SeededRandom(seed)
        var last = HybridStamp(wallMilliseconds: 0, counter: 0, origin: "edge")
        for _ in 0..<2_000 {
            let now = Instant(nanosecondsSinceEpoch: Int64.random(in: 1_000_000...60_000_000, using: &random))
            let stamp: HybridStamp
            if Bool.random(using: &random) {
                stamp = clock.stamp(at: now)
            } else {
                let other = HybridStamp(
                    wallMilliseconds: Int64.random(in: 0...80, using: &random),
                    counter: UInt32.random(in: 0...5, using: &random), origin: "brain")
                stamp = clock.observe(other, at: now)
                #expect(other < stamp, "seed \(seed)")
            }
            #expect(last < stamp, "seed \(seed)")
            last = stamp
        }
    }

    @Test func `stamps of one moment are told apart by their node`() {
        let left = HybridStamp(wallMilliseconds: 5, counter: 1, origin: "a")
        #expect(left < HybridStamp(wallMilliseconds: 5, counter: 1, origin: "b"))
        #expect(left < HybridStamp(wallMilliseconds: 5, counter: 2, origin: "a"))
        #expect(left < HybridStamp(wallMilliseconds: 6, counter: 0, origin: "a"))
    }
}
