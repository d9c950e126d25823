"""What may be declared, and what is refused with which words."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pons import DeclarationError, Entity, Failure, Host, Item, Pose, Robot
from pons.manifest import Signature
from pons.values import WrongType, literal


def test_every_kind_of_hint_has_its_name():
    robot = Robot("r")

    @robot.skill(phrases=["find {mug} [quickly]"], units={"speed": "m_per_s"}, travel_to="mug")
    def find(
        mug: Entity["mug"], what: Entity = "x", speed: float = 0.5, count: int = 2, note: str = "",  # noqa: F821
        deep: bool = False,
    ) -> str: ...

    manifest = robot.skills["find"].manifest
    assert [(p["name"], p["type"]) for p in manifest["parameters"]] == [
        ("mug", "mug"), ("what", "entity"), ("speed", "number"), ("count", "number"), ("note", "text"),
        ("deep", "boolean")]
    assert manifest["parameters"][2] == {"name": "speed", "type": "number", "unit": "m_per_s", "default": 0.5}
    assert manifest["returns"] == [{"name": "value", "type": "text"}]
    assert manifest["duration"]["travel_to"] == "mug"


def test_a_dataclass_is_a_set_of_named_returns():
    signature = Signature.of(measure)
    assert signature.check_returns(Measured(Pose(1, 2), 3)) == {"where": Pose(1, 2), "weight": 3.0}
    with pytest.raises(WrongType, match="weight"):
        signature.check_returns(Measured(Pose(1, 2), "heavy"))
    with pytest.raises(WrongType):
        signature.check_returns(None)


@dataclass
class Measured:
    where: Pose
    weight: float


def measure() -> Measured: ...


def no_hint(item): ...
def odd_hint(item: list): ...
def bad_default(item: Item = "two words"): ...
def odd_return() -> list: ...
def starred(*items: Item): ...
def fine(item: Item): ...


@pytest.mark.parametrize("function, words, said", [
    (no_hint, {}, "type hint"), (odd_hint, {}, "use Item"), (bad_default, {}, "expected item"),
    (odd_return, {}, "TypedDict or dataclass"), (starred, {}, "ordinary named parameter"),
    (fine, {"phrases": ["grab it"]}, "no phrase says {item}"), (fine, {"phrases": "grab {item}"}, "list of texts"),
    (fine, {"on_link_loss": "explode"}, "stop, finish, continue"), (fine, {"cancel": "maybe"}, "compensate"),
    (fine, {"risk": "huge"}, "low, medium, high"), (fine, {"timeout_s": 0}, "timeout_s"),
    (fine, {"travel_to": "table"}, "travel_to"), (fine, {"colour": "red"}, "colour"),
])
def test_bad_declarations_say_what_to_change(function, words, said):
    with pytest.raises(DeclarationError, match=said):
        Robot("r").skill(**words)(function)


def test_names_are_checked():
    for bad in ("", "two words", "self", "a" * 129, "é"):
        with pytest.raises(DeclarationError):
            Robot(bad)
    with pytest.raises(DeclarationError, match="no skill"):
        Host([Robot("r")])
    robot = Robot("r")
    robot.skill("pick")(fine)
    with pytest.raises(DeclarationError, match="two skills"):
        robot.skill("pick")(fine)
    with pytest.raises(DeclarationError, match="no two of one name"):
        Host([robot, robot])
    with pytest.raises(ValueError, match="no failure code"):
        Failure("tired")


def test_literals_have_one_notation():
    assert literal("  not  on( apple ,table )") == "not on(apple, table)"
    assert literal("dry()") == "dry()"
    for bad in ("on(apple", "on apple table", "on(a,)", "on(two words, b)", "p(self)", "p(a) and q(b)", ""):
        with pytest.raises(ValueError):
            literal(bad)
