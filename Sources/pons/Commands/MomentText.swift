import ArgumentParser
import RobotModel

/// A length of time on the command line: `90s`, `10m`, `2h`, `1d`.
struct PeriodText: ExpressibleByArgument {
    /// At least 1.
    let seconds: Int64

    init?(argument: String) {
        let factors: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last, let factor = factors[unit], let count = Int64(argument.dropLast()),
            (1...10_000).contains(count)
        else { return nil }
        seconds = count * factor
    }
}

/// A moment on the command line: RFC 3339, or a length of time from now.
struct MomentText: ExpressibleByArgument {
    private enum Kind {
        case moment(Instant)
        case period(PeriodText)
    }

    private let kind: Kind

    init?(argument: String) {
        if let period = PeriodText(argument: argument) {
            kind = .period(period)
        } else if let instant = Instant(text: argument) {
            kind = .moment(instant)
        } else {
            return nil
        }
    }

    func instant(after now: Instant) -> Instant {
        switch kind {
        case .moment(let instant): instant
        case .period(let period): now + .seconds(period.seconds)
        }
    }
}
