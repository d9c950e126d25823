"""What a running skill knows of the attempt that it is."""

from __future__ import annotations

import threading
from typing import Callable

from .values import literal

LEASE_ENDED = "stopped: nobody renewed the right to move the robot"


class Canceled(Exception):
    """The attempt was told to end. Let it pass, after making the robot safe."""


class Attempt:
    """One try at a step. A skill gets it by naming a parameter of this type.

    Every method may be called from any thread.
    """

    def __init__(
        self, robot: str, task: str, step: str, number: int,
        report: Callable[[float, str], None] = lambda ratio, note: None,
        may_move: Callable[[], bool] = lambda: True,
    ) -> None:
        self.robot = robot
        self.task = task
        self.step = step
        self.number = number
        self.observed: list[str] = []
        self._report = report
        self._may_move = may_move
        self._stop = threading.Event()
        self._reason = ""

    def __str__(self) -> str:
        return f"{self.task}/{self.step}/{self.number}"

    def progress(self, ratio: float, note: str = "") -> None:
        """Says how far the attempt is, 0 to 1, and in what phase."""
        self._report(min(1.0, max(0.0, float(ratio))), str(note))

    def observe(self, *literals: str) -> None:
        """Facts that the robot saw while at it, e.g. `not open(fridge)`. They
        travel with the attempt's result, whether it succeeds or fails. Raises
        ValueError for a text that is no fact."""
        self.observed.extend(literal(text) for text in literals)

    @property
    def canceled(self) -> bool:
        """Whether the attempt has to end: it was told to, or nobody has renewed
        the right to move the robot. Right by the clock, also where the process
        stood still for a while: a control loop asks before each motion."""
        return self._stop.is_set() or not self._may_move()

    def check(self) -> None:
        """Raises Canceled once the attempt has to end. A plain function calls
        it wherever it may safely stop."""
        if self.canceled:
            raise Canceled(self._reason or LEASE_ENDED)

    def sleep(self, seconds: float) -> None:
        """Sleeps, for plain functions; raises Canceled at once when told to end."""
        self._stop.wait(seconds)
        self.check()

    def cancel(self, reason: str) -> None:
        """Tells the attempt to end; for the host."""
        self._reason = self._reason or reason
        self._stop.set()
