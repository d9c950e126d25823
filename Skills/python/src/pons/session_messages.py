"""What a session takes and what it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from .emergency import Emergency
from .ledger import AttemptKey
from .robot import Skill
from .v1 import model_pb2


# Inputs

@dataclass(frozen=True)
class Frame:
    data: bytes


@dataclass(frozen=True)
class Tick:
    """Time went by, or a robot has something to say."""


@dataclass(frozen=True)
class Progressed:
    robot: str
    attempt: AttemptKey
    ratio: float
    note: str


@dataclass(frozen=True)
class Finished:
    """A skill's function ended."""
    robot: str
    attempt: AttemptKey
    outcome: model_pb2.Outcome
    #: It ended because it was told to.
    was_canceled: bool = False


@dataclass(frozen=True)
class Close:
    reason: str


@dataclass(frozen=True)
class Unsent:
    """A frame couldn't be handed to the socket: there is no link."""


Input = Union[Frame, Tick, Progressed, Finished, Close, Unsent, Emergency]


# Actions

@dataclass(frozen=True)
class Send:
    data: bytes


@dataclass(frozen=True)
class Start:
    robot: str
    attempt: AttemptKey
    skill: Skill
    arguments: dict[str, Any]
    #: When, by the monotonic clock, it may move its robot no more.
    ends_at: float
    on_link_loss: str = "stop"
    #: How many votes the winner needs ahead, and how many there may be; None asks once.
    votes: tuple[int, int] | None = None


@dataclass(frozen=True)
class Stop:
    robot: str
    attempt: AttemptKey
    reason: str


@dataclass(frozen=True)
class Reopen:
    """Make the socket anew: some peers never answer an old one again."""


@dataclass(frozen=True)
class Welcomed:
    session: str
    estop_port: int = 0  # where the edge's e-stop is heard; 0 where it has none


@dataclass(frozen=True)
class Renewed:
    """Robots may move until then."""
    until: float


@dataclass(frozen=True)
class Note:
    text: str
    is_warning: bool = True


Action = Union[Send, Start, Stop, Reopen, Welcomed, Renewed, Note]
