import Foundation
import RobotModel
import Testing

@Suite struct ScheduleTests {
    private func instant(_ text: String) -> Instant { Instant(text: text)! }

    @Test func `a period counts from its first moment, however long ago that was`() {
        let hourly = Recurrence.every(seconds: 3600, from: instant("2026-11-24T00:30:00Z"))
        #expect(hourly.next(after: instant("2026-11-23T07:00:00Z")) == instant("2026-11-24T00:30:00Z"))
        #expect(hourly.next(after: instant("2026-11-24T00:30:00Z")) == instant("2026-11-24T01:30:00Z"))
        #expect(hourly.next(after: instant("2026-11-25T07:29:59.999Z")) == instant("2026-11-25T07:30:00Z"))
    }

    @Test func `days of the week are found over the end of the week, and before 1970`() {
        // 2026-11-24 is a Tuesday.
        let early = Recurrence.weekly(days: [1, 2], secondsOfDay: 7 * 3600)
        #expect(early.next(after: instant("2026-11-24T06:00:00Z")) == instant("2026-11-24T07:00:00Z"))
        #expect(early.next(after: instant("2026-11-24T07:00:00Z")) == instant("2026-11-30T07:00:00Z"))
        // 1969-12-29 was a Monday.
        #expect(early.next(after: instant("1969-12-27T12:00:00Z")) == instant("1969-12-29T07:00:00Z"))
        #expect(Recurrence.weekly(days: [], secondsOfDay: 0).next(after: .zero) == nil)
    }

    @Test func `once is once`() {
        let moment = instant("2026-11-24T07:00:00Z")
        #expect(Recurrence.once(moment).next(after: .zero) == moment)
        #expect(Recurrence.once(moment).next(after: moment) == nil)
    }

    @Test func `no moment is too far away to be asked about`() {
        let ends = [Instant(nanosecondsSinceEpoch: .min), .zero, Instant(nanosecondsSinceEpoch: .max)]
        let numbers: [Int64] = [.min, -1, 0, 1, 86_399, .max]
        for after in ends {
            for from in ends {
                for number in numbers {
                    for schedule: Recurrence in [
                        .once(from), .every(seconds: number, from: from),
                        .weekly(days: [1, 2, 3, 4, 5, 6, 7, 8], secondsOfDay: number),
                    ] {
                        if let next = schedule.next(after: after) { #expect(next > after) }
                    }
                }
            }
        }
    }

    @Test func `recurrences are the same after a way through JSON`() throws {
        let moment = instant("2026-11-24T07:00:00.125Z")
        for recurrence: Recurrence in [
            .once(moment), .every(seconds: 60, from: moment), .weekly(days: [7, 1], secondsOfDay: 27_000),
        ] {
            let data = try JSONEncoder().encode(recurrence)
            #expect(try JSONDecoder().decode(Recurrence.self, from: data) == recurrence)
        }
    }
}
