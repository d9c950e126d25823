import RobotModel

/// The chain of attempts, plannings and waits that made a task last as long as
/// it did, found from its end backwards: what ended last, what it had waited
/// for, and so on to the receipt.
struct CriticalPath {
    private(set) var links: [TaskExplanation.Link] = []

    /// An attempt or a planning: something that took time and that others
    /// waited for.
    private enum Piece {
        case attempt(TaskCourse.Attempt)
        case planning(TaskCourse.Planning)
    }

    private let course: TaskCourse
    private let phases: [TaskExplanation.Phase]

    init(
        course: TaskCourse, phases: [TaskExplanation.Phase], view: TaskView, until: Instant
    ) {
        self.course = course
        self.phases = phases
        var end = until
        var piece = lastPiece(before: until)
        while let current = piece {
            let (from, to) = span(current, until: until)
            wait(from: to, to: end)
            add(current, from: from, to: to)
            end = from
            piece = cause(of: current, at: from)
        }
        wait(from: view.receivedAt, to: end)
        links.reverse()
    }

    private func span(_ piece: Piece, until: Instant) -> (from: Instant, to: Instant) {
        switch piece {
        case .attempt(let attempt): (attempt.startedAt, attempt.endedAt ?? until)
        case .planning(let planning): (planning.orderedAt, planning.answeredAt ?? until)
        }
    }

    private mutating func add(_ piece: Piece, from: Instant, to: Instant) {
        switch piece {
        case .attempt(let attempt):
            links.append(
                .init(
                    .working, from: from, to: to, step: attempt.id.step, robot: attempt.robot,
                    text: "\(attempt.call), try \(attempt.id.number)"))
        case .planning(let planning):
            links.append(.init(.planning, from: from, to: to, text: "plan \(planning.revision)"))
        }
    }

    /// Enters a stretch in which nothing of the chain went on, as the phases
    /// have it.
    private mutating func wait(from: Instant, to: Instant) {
        for phase in phases.reversed() where phase.from < to && phase.to > from {
            let (start, end) = (max(phase.from, from), min(phase.to, to))
            links.append(.init(phase.activity, from: start, to: end, text: phase.note))
        }
    }

    /// What was over last before the task's end.
    private func lastPiece(before end: Instant) -> Piece? {
        latest(
            attempts: course.attempts.filter { $0.startedAt < end },
            plannings: course.plannings, by: end, until: end)
    }

    /// What `piece` had to wait for longest.
    private func cause(of piece: Piece, at start: Instant) -> Piece? {
        switch piece {
        case .attempt(let attempt):
            return latest(
                attempts: course.attempts.filter { other in
                    other.id != attempt.id
                        && (attempt.after.contains(other.id.step) || other.id.step == attempt.id.step
                            || other.robot == attempt.robot)
                },
                plannings: course.plannings.filter { $0.revision == attempt.revision }, by: start)
        case .planning:
            return latest(attempts: course.attempts, plannings: course.plannings, by: start)
        }
    }

    /// Of what was over by then and took any time, the one that ended last.
    private func latest(
        attempts: [TaskCourse.Attempt], plannings: [TaskCourse.Planning], by moment: Instant,
        until: Instant? = nil
    ) -> Piece? {
        let pieces = attempts.map(Piece.attempt) + plannings.map(Piece.planning)
        var best: (piece: Piece, end: Instant)?
        for piece in pieces {
            let (from, to) = span(piece, until: until ?? .init(nanosecondsSinceEpoch: .max))
            guard from < to, to <= moment, to > best?.end ?? .init(nanosecondsSinceEpoch: .min) else {
                continue
            }
            best = (piece, to)
        }
        return best?.piece
    }
}
