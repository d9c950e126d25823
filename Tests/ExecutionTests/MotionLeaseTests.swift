import Execution
import RobotModel
import Testing

struct MotionLeaseTests {
    private let a = AttemptID(task: "t", step: "a", number: 1)
    private let b = AttemptID(task: "t", step: "b", number: 1)

    private func at(_ milliseconds: Int64) -> Instant {
        Instant(nanosecondsSinceEpoch: milliseconds * 1_000_000)
    }

    private func renewed(until end: Int64) -> MotionLease {
        var lease = MotionLease()
        _ = lease.handle(.renewed(until: at(end)), at: at(0))
        return lease
    }

    @Test func `rule 1: without a lease nothing begins`() {
        var lease = MotionLease()
        #expect(lease.handle(.began(a, .continue, until: at(99_000)), at: at(0)) == [.stop(a)])
        #expect(lease.wasStopped(a))
        #expect(!lease.mayMove(a, at: at(0)))
    }

    @Test func `rule 2: at its end what stops without a link is stopped, and the rest goes on`() {
        var lease = renewed(until: 1000)
        for (attempt, mode) in [(a, OnLinkLoss.stop), (b, .finish)] {
            #expect(lease.handle(.began(attempt, mode, until: at(99_000)), at: at(10)).isEmpty)
        }
        #expect(lease.nextDeadline == at(1000))
        #expect(lease.handle(.timeAdvanced, at: at(999)).isEmpty)
        #expect(lease.handle(.timeAdvanced, at: at(1000)) == [.stop(a), .lapsed])
        #expect(lease.handle(.timeAdvanced, at: at(1001)).isEmpty)
        #expect(lease.mayMove(b, at: at(1001)))
        #expect(lease.handle(.began(a, .finish, until: at(99_000)), at: at(1001)) == [.stop(a)])
    }

    @Test func `rule 2: a renewal in time stops nothing`() {
        var lease = renewed(until: 1000)
        _ = lease.handle(.began(a, .stop, until: at(99_000)), at: at(10))
        #expect(lease.handle(.renewed(until: at(1900)), at: at(900)).isEmpty)
        #expect(lease.handle(.timeAdvanced, at: at(1000)).isEmpty)
        #expect(lease.mayMove(a, at: at(1899)))
    }

    @Test func `rule 3: a process that stood still sees that its lease is over before it is renewed`() {
        var lease = renewed(until: 1000)
        _ = lease.handle(.began(a, .stop, until: at(99_000)), at: at(10))
        #expect(!lease.mayMove(a, at: at(9000)))
        #expect(lease.handle(.renewed(until: at(9900)), at: at(9000)) == [.stop(a), .lapsed])
        // Renewed, but not for what was stopped.
        #expect(!lease.mayMove(a, at: at(9001)))
        #expect(lease.handle(.began(b, .stop, until: at(99_000)), at: at(9001)).isEmpty)
    }

    @Test func `rule 3: a renewal that was over before it came renews nothing`() {
        var lease = MotionLease()
        #expect(lease.handle(.renewed(until: at(900)), at: at(1000)).isEmpty)
        #expect(!lease.isLive(at: at(1000)))
    }

    @Test func `rule 4: the newest renewal counts, also where it ends earlier`() {
        var lease = renewed(until: 1000)
        _ = lease.handle(.began(a, .stop, until: at(99_000)), at: at(10))
        _ = lease.handle(.renewed(until: at(500)), at: at(100))
        #expect(lease.handle(.timeAdvanced, at: at(500)) == [.stop(a), .lapsed])
        var other = renewed(until: 1000)
        _ = other.handle(.began(a, .stop, until: at(99_000)), at: at(10))
        #expect(other.handle(.renewed(until: at(50)), at: at(100)) == [.stop(a), .lapsed])
    }

    @Test func `what has ended is stopped no more`() {
        var lease = renewed(until: 1000)
        _ = lease.handle(.began(a, .stop, until: at(99_000)), at: at(10))
        _ = lease.handle(.ended(a), at: at(20))
        #expect(lease.handle(.timeAdvanced, at: at(1000)) == [.lapsed])
    }

    @Test(arguments: [OnLinkLoss.stop, .finish, .continue])
    func `rule 5: past its end an attempt moves no more, however it takes a lost link`(mode: OnLinkLoss) {
        var lease = MotionLease()
        _ = lease.handle(.renewed(until: at(99_000)), at: at(0))
        _ = lease.handle(.began(a, mode, until: at(500)), at: at(10))
        #expect(lease.mayMove(a, at: at(499)) && !lease.mayMove(a, at: at(500)))
    }
}
