"""The dead-man's machine alone: time as the test says."""

from __future__ import annotations

from pons.motion_lease import MotionLease


def renewed(until: float) -> MotionLease:
    lease = MotionLease()
    assert lease.renew(until, 0) == []
    return lease


def test_without_a_lease_nothing_begins():
    lease = MotionLease()
    assert lease.begin("a", "continue", 0, 99) == (False, [])
    assert not lease.may_move("a", 0)


def test_at_its_end_what_stops_without_a_link_is_stopped_and_the_rest_goes_on():
    lease = renewed(1)
    assert lease.begin("a", "stop", 0.1, 99) == (True, [])
    assert lease.begin("b", "finish", 0.1, 99) == (True, [])
    assert lease.advance(0.999) == []
    assert lease.advance(1.0) == ["a"] and lease.advance(1.1) == []
    assert lease.may_move("b", 1.1) and not lease.may_move("a", 1.1)


def test_a_process_that_stood_still_sees_the_end_before_the_renewal():
    lease = renewed(1)
    lease.begin("a", "stop", 0.1, 99)
    assert not lease.may_move("a", 9)
    assert lease.renew(9.9, 9) == ["a"]
    assert not lease.may_move("a", 9.1)
    assert lease.begin("b", "stop", 9.1, 99) == (True, [])


def test_past_its_own_end_an_attempt_moves_no_more():
    lease = renewed(9)
    assert lease.begin("a", "finish", 0.1, 0.5) == (True, [])
    assert lease.may_move("a", 0.4) and not lease.may_move("a", 0.5)


def test_the_newest_renewal_counts_also_where_it_ends_earlier():
    lease = renewed(1)
    lease.begin("a", "stop", 0.1, 99)
    assert lease.renew(0.5, 0.2) == [] and lease.advance(0.5) == ["a"]
    lease = renewed(1)
    lease.begin("a", "stop", 0.1, 99)
    assert lease.renew(0.05, 0.2) == ["a"]


def test_what_has_ended_is_stopped_no_more():
    lease = renewed(1)
    lease.begin("a", "stop", 0.1, 99)
    lease.end("a")
    assert lease.advance(1) == []
