"""A robot, its skills, and what it has to say."""

from __future__ import annotations

import inspect
import json
import threading
from dataclasses import dataclass
from typing import Any, Callable, Iterable, TypeVar

from .manifest import DeclarationError, Signature, Words, make_manifest
from .values import Entity, Pose, checked, is_identifier, literal, plain

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Skill:
    """A function that a robot runs as a skill."""

    name: str
    function: Callable[..., Any]
    signature: Signature
    #: None where the daemon's own files declare the skill.
    manifest: dict[str, Any] | None

    @property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.function)


class Robot:
    """One robot that this process speaks for.

    With `embodiment` the robot declares itself; without, the daemon's own
    files (`robots.d`, a scene) must have it. `limits` has the keys
    `speed_m_per_s`, `reach_m`, `payload_kg`, `battery_ratio_per_h`; `parts`
    are entities that move with it (`{"id": "tray", "types": ["surface"]}`);
    `facts` hold of it from the start.
    """

    def __init__(
        self, name: str, embodiment: str | None = None, *, names: Iterable[str] = (),
        limits: dict[str, float] | None = None, resources: Iterable[str] = (),
        parts: Iterable[dict[str, Any]] = (), facts: Iterable[str] = (), pose: Pose | None = None,
    ) -> None:
        if not is_identifier(name):
            raise DeclarationError(f"“{name}” can't name a robot; use letters, digits, _, - and .")
        self.name = name
        self.skills: dict[str, Skill] = {}
        self._embodiment = embodiment
        self._details = {
            "names": list(names), "limits": dict(limits or {}), "resources": list(resources),
            "parts": list(parts), "facts": list(facts),
        }
        self._lock = threading.Lock()
        self._pose = pose
        self._battery_ratio = -1.0
        self._ready = True
        self._told: dict[str, bool | Pose] = {}
        self._wake: Callable[[], None] = lambda: None
        self._press: Callable[[str, str], None] | None = None
        self._safe_stop: Callable[[], Any] | None = None
        self._observer: Callable[[], Iterable[str]] | None = None

    # Declaring skills

    def skill(
        self, name: str | Callable[..., Any] | None = None, **words: Any,
    ) -> Any:
        """Makes a function a skill of this robot.

        `@robot.skill("pick")` implements `pick` as the daemon's files declare
        it. `@robot.skill(effects=[…], phrases=[…], …)` declares a new skill,
        called like the function; `Words` lists what can be said of it. Raises
        DeclarationError.
        """
        if callable(name):
            return self.skill()(name)

        def declare(function: _Function) -> _Function:
            title = name or function.__name__
            if title in self.skills:
                raise DeclarationError(f"{self.name} has two skills called {title}")
            signature = Signature.of(function)
            manifest = None
            if words or name is None:
                summary = (inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " ")
                try:
                    said = Words(**words)
                except TypeError as error:
                    raise DeclarationError(f"skill {title}: {error}") from error
                manifest = make_manifest(title, summary, signature, said)
            elif not is_identifier(title):
                raise DeclarationError(f"“{title}” can't name a skill; use letters, digits, _, - and .")
            self.skills[title] = Skill(title, function, signature, manifest)
            return function

        return declare

    # Saying what is so; any thread may call these

    def observe(self, *literals: str) -> None:
        """Tells shared memory what the robot sees: `on(apple, table)`,
        `not open(fridge)`. While there is no link, the newest word on each
        fact is kept. Raises ValueError for a text that is no fact."""
        for text in map(literal, literals):
            holds = not text.startswith("not ")
            self._tell("fact " + (text if holds else text[4:]), holds)

    def locate(self, entity: str, pose: Pose) -> None:
        """Tells shared memory where the robot sees an entity."""
        self._tell("pose " + checked(entity, Entity), checked(pose, Pose))

    def pose(self, x_m: float, y_m: float, yaw_rad: float = 0.0, z_m: float = 0.0, frame: str = "map") -> None:
        """Says where the robot itself is."""
        here = checked(Pose(float(x_m), float(y_m), float(z_m), float(yaw_rad), frame), Pose)
        with self._lock:
            self._pose = here
        self._tell("pose " + self.name, here)

    def battery(self, ratio: float) -> None:
        """Says how full the battery is, 0 to 1."""
        with self._lock:
            self._battery_ratio = min(1.0, max(0.0, float(ratio)))

    def ready(self, is_ready: bool) -> None:
        """Says whether the robot takes work now."""
        with self._lock:
            self._ready = bool(is_ready)

    def run(self, edge: str | None = None, **options: Any) -> None:
        """Serves this robot until SIGTERM or SIGINT; see `Host`."""
        from .host import Host
        Host([self], edge=edge, **options).run()

    def emergency_stop(self, by: str = "", reason: str = "") -> None:
        """The robot's own button: presses the e-stop, here at once and then
        everywhere. Raises RuntimeError while no host serves the robot."""
        if self._press is None:
            raise RuntimeError(f"no host serves {self.name}")
        self._press(by or self.name, reason)

    # Coming to rest, and looking

    def safe_stop(self, function: Callable[[], Any]) -> Callable[[], Any]:
        """Makes a plain function the way to the robot's safe state: brakes on,
        drives off. It is called on the dead-man's own thread when nobody renews
        the right to move the robot and a skill has to stop, and on the e-stop's
        when that is pressed, whatever the skill is doing; it must not block."""
        self._safe_stop = function
        return function

    def observer(self, function: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
        """Makes a plain function the robot's eyes: it is called whenever an
        attempt has ended, well or not, and says what is to be seen now, e.g.
        `["on(apple, table)", "not holding(arm, apple)"]`. What contradicts the
        skill's claim keeps it from becoming true."""
        self._observer = function
        return function

    # For the host

    def on_button(self, press: Callable[[str, str], None]) -> None:
        self._press = press

    def come_to_rest(self) -> None:
        if self._safe_stop is not None:
            self._safe_stop()

    def look(self) -> list[str]:
        return [literal(text) for text in self._observer()] if self._observer is not None else []

    @property
    def description(self) -> str:
        """The robot as JSON; empty where the daemon's own files have it."""
        if self._embodiment is None:
            return ""
        description = {"id": self.name, "embodiment": self._embodiment, "skills": list(self.skills)}
        description.update(self._details)
        with self._lock:
            if self._pose is not None:
                description["pose"] = plain(self._pose)
        return json.dumps(description)

    def status(self) -> tuple[bool, Pose | None, float]:
        with self._lock:
            return self._ready, self._pose, self._battery_ratio

    def take_told(self) -> dict[str, bool | Pose]:
        """What was said since the last call; `fact …` or `pose …` is the key."""
        with self._lock:
            told, self._told = self._told, {}
        return told

    def on_told(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def _tell(self, key: str, value: bool | Pose) -> None:
        with self._lock:
            self._told.pop(key, None)
            self._told[key] = value
            while len(self._told) > 1024:  # offline for long: the oldest words go
                del self._told[next(iter(self._told))]
        self._wake()
