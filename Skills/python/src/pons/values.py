"""The values that skills take and return, and their form on the wire."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from .v1 import model_pb2

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]{1,128}", re.ASCII)
_RESERVED = {"self", "and", "or", "not", "forall", "exists"}


def is_identifier(text: str) -> bool:
    """Whether `text` may name a robot, skill, entity or type."""
    return bool(_IDENTIFIER.fullmatch(text)) and text not in _RESERVED


class Entity(str):
    """The id of a thing in shared memory, of any type.

    `Entity["mug"]` is the class of entities that carry the type `mug`.
    """

    type_name = "entity"

    def __class_getitem__(cls, type_name: str) -> type[Entity]:
        if not isinstance(type_name, str) or not is_identifier(type_name):
            raise TypeError(f"{type_name!r} can't be a type of entities; use letters, digits and _")
        return type(f"Entity[{type_name}]", (Entity,), {"type_name": type_name})


class Item(Entity):
    """Something that a gripper can take."""
    type_name = "item"


class Surface(Entity):
    """Something that things stand on."""
    type_name = "surface"


class Container(Entity):
    """Something that things lie in."""
    type_name = "container"


class Room(Entity):
    type_name = "room"


class Door(Entity):
    type_name = "door"


class Openable(Entity):
    """A door or container that can be opened and closed."""
    type_name = "openable"


class Person(Entity):
    type_name = "person"


@dataclass(frozen=True)
class Pose:
    """Where something is and how it is turned, in metres and radians, in a
    named frame (`map` is the site's); yaw is counter-clockwise from x."""

    x_m: float
    y_m: float
    z_m: float = 0.0
    yaw_rad: float = 0.0
    frame: str = "map"


_LITERAL = re.compile(r"(not\s+)?([^\s(),]+)\s*\(\s*([^()]*?)\s*\)")


def literal(text: str) -> str:
    """`text` as a literal over entities, e.g. `not on(apple, table)`, in its
    one notation. Raises ValueError where it is none."""
    match = _LITERAL.fullmatch(text.strip())
    if match:
        negative, predicate, inner = match.groups()
        terms = [term.strip() for term in inner.split(",")] if inner else []
        if is_identifier(predicate) and all(is_identifier(term) for term in terms):
            return f"{'not ' if negative else ''}{predicate}({', '.join(terms)})"
    raise ValueError(f"{text!r} is no fact; write e.g. on(apple, table) or not open(fridge)")


def clean_text(text: str) -> str:
    """`text` as the wire takes it: short, UTF-8, without NUL."""
    return text[:2000].replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class WrongType(TypeError):
    """A value isn't of the type that a skill declares."""


def type_name(hint: Any) -> str:
    """The manifest's name for the type hint; TypeError where it has none."""
    if isinstance(hint, type):
        if issubclass(hint, Entity):
            return hint.type_name
        for kind, name in ((bool, "boolean"), (float, "number"), (int, "number"), (str, "text"), (Pose, "pose")):
            if hint is kind:
                return name
    raise TypeError(
        f"{hint!r} can't be a skill's value; use Item, Surface, Container, Room, Door, Entity, "
        'Entity["some_type"], float, int, str, bool or Pose')


def checked(value: Any, hint: Any) -> Any:
    """`value` as `hint` wants it. Raises WrongType where it can't be that."""
    if isinstance(hint, type) and issubclass(hint, Entity):
        if isinstance(value, str) and is_identifier(value):
            return hint(value)
    elif hint is bool:
        if isinstance(value, bool):
            return value
    elif hint is float or hint is int:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            if hint is float:
                return float(value)
            if value == int(value):
                return int(value)
    elif hint is str:
        if isinstance(value, str) and "\0" not in value:
            return str(value)
    elif hint is Pose:
        if isinstance(value, Pose) and all(map(math.isfinite, (value.x_m, value.y_m, value.z_m, value.yaw_rad))):
            return value
    raise WrongType(f"expected {type_name(hint)}, got {value!r}")


def plain(value: Any) -> Any:
    """`value` as JSON has it."""
    if isinstance(value, Pose):
        return {"frame": value.frame, "x_m": value.x_m, "y_m": value.y_m, "z_m": value.z_m, "yaw_rad": value.yaw_rad}
    return str(value) if isinstance(value, str) else value


def pose_to_wire(pose: Pose) -> model_pb2.Pose:
    return model_pb2.Pose(frame=pose.frame, x_m=pose.x_m, y_m=pose.y_m, z_m=pose.z_m, yaw_rad=pose.yaw_rad)


def pose_from_wire(pose: model_pb2.Pose) -> Pose:
    return Pose(pose.x_m, pose.y_m, pose.z_m, pose.yaw_rad, pose.frame or "map")


def to_wire(value: Any) -> model_pb2.Value:
    if isinstance(value, bool):
        return model_pb2.Value(boolean=value)
    if isinstance(value, (int, float)):
        return model_pb2.Value(number=value)
    if isinstance(value, Entity):
        return model_pb2.Value(entity=value)
    if isinstance(value, Pose):
        return model_pb2.Value(pose=pose_to_wire(value))
    return model_pb2.Value(text=value)


def from_wire(value: model_pb2.Value) -> Any:
    """The value, an entity's id as text; None where the sender set nothing."""
    kind = value.WhichOneof("kind")
    if kind is None:
        return None
    return pose_from_wire(value.pose) if kind == "pose" else getattr(value, kind)
