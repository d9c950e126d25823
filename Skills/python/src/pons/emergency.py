"""What the e-stop holds back in a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .v1 import model_pb2

_STOP_GRACE_S = 0.5


@dataclass(frozen=True)
class Emergency:
    """The e-stop was pressed (`cause`: who and why), can't be heard, or holds
    nothing back any more."""
    cause: str | None
    is_heard: bool = True


class Hold:
    """While the e-stop is latched nothing begins and all that ran is stopped,
    whatever its `cancel` says; while it can't be heard nothing begins, and what
    stops without a link is stopped."""

    def __init__(self) -> None:
        self._emergency = Emergency(None)

    @property
    def is_latched(self) -> bool:
        return self._emergency.cause is not None

    @property
    def refusal(self) -> model_pb2.Outcome | None:
        """What an order fails with now; None where it is taken."""
        if self._emergency.cause is not None:
            message = f"the e-stop is latched ({self._emergency.cause})"
        elif not self._emergency.is_heard:
            message = "the e-stop can’t be heard here"
        else:
            return None
        # Worth another try soon: the brain sends nothing while it knows of a
        # stop, so word of it or of its release is under way; or the link is.
        return model_pb2.Outcome(failure=model_pb2.Failure(code="resourceConflict", message=message))

    def take(self, emergency: Emergency, running: dict[str, Any], now: float) -> list[tuple[str, Any, str]]:
        """Marks what must end; answers with the robot, attempt and reason of each."""
        self._emergency = emergency
        ended = []
        for robot, run in running.items():
            if emergency.cause is not None:
                message = f"e-stop: {emergency.cause}"
            elif not emergency.is_heard and run.on_link_loss == "stop" and run.ending is None:
                message = "stopped: the e-stop can’t be heard"
            else:
                continue
            run.ending = model_pb2.Failure(code="canceled", message=message)
            run.give_up_at = now + _STOP_GRACE_S
            ended.append((robot, run.attempt, message))
        return ended
