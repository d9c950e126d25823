"""Makes a skill's manifest from its function and the decorator's words."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from typing import Any, Callable, Sequence

from .attempt import Attempt
from .values import checked, is_identifier, plain, type_name, WrongType


class DeclarationError(TypeError):
    """A robot or skill is declared wrongly; says what to change."""


@dataclasses.dataclass(frozen=True)
class Signature:
    """A skill function's parameters and returns, by name, as type hints."""

    parameters: dict[str, Any]
    defaults: dict[str, Any]
    returns: dict[str, Any]
    #: Whether the function returns one bare value, called `value`.
    returns_bare: bool
    #: The parameter that takes the `Attempt`, where there is one.
    attempt_parameter: str | None

    @staticmethod
    def of(function: Callable[..., Any]) -> Signature:
        where = f"skill {function.__name__}"
        try:
            hints = typing.get_type_hints(function)
        except NameError as error:
            raise DeclarationError(f"{where}: a type hint names something unknown: {error}") from error
        parameters: dict[str, Any] = {}
        defaults: dict[str, Any] = {}
        attempt_parameter = None
        for name, parameter in inspect.signature(function).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
                raise DeclarationError(f"{where}: {parameter} must be an ordinary named parameter")
            if name not in hints:
                raise DeclarationError(f"{where}: give the parameter {name} a type hint, e.g. {name}: Item")
            if hints[name] is Attempt:
                attempt_parameter = name
                continue
            try:
                type_name(hints[name])
                if parameter.default is not parameter.empty:
                    defaults[name] = checked(parameter.default, hints[name])
            except TypeError as error:
                raise DeclarationError(f"{where}, parameter {name}: {error}") from error
            parameters[name] = hints[name]
        returns, bare = _returns(hints.get("return"), where)
        return Signature(parameters, defaults, returns, bare, attempt_parameter)

    def bind(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The call's arguments, checked, defaults filled in. Raises WrongType."""
        for name in arguments:
            if name not in self.parameters:
                raise WrongType(f"there is no parameter {name}")
        bound = {}
        for name, hint in self.parameters.items():
            if name in arguments:
                try:
                    bound[name] = checked(arguments[name], hint)
                except WrongType as error:
                    raise WrongType(f"argument {name}: {error}") from error
            elif name in self.defaults:
                bound[name] = self.defaults[name]
            else:
                raise WrongType(f"the argument {name} is missing")
        return bound

    def check_returns(self, value: Any) -> dict[str, Any]:
        """What the function returned, by name. Raises WrongType."""
        if not self.returns:
            if value is not None:
                raise WrongType(f"nothing is declared to be returned, got {value!r}")
            return {}
        if self.returns_bare:
            return {"value": self._check_return("value", value)}
        if dataclasses.is_dataclass(value):
            value = {name: getattr(value, name) for name in self.returns if hasattr(value, name)}
        if not isinstance(value, dict) or set(value) != set(self.returns):
            raise WrongType(f"expected the values {', '.join(self.returns)}, got {value!r}")
        return {name: self._check_return(name, value[name]) for name in self.returns}

    def _check_return(self, name: str, value: Any) -> Any:
        try:
            return checked(value, self.returns[name])
        except WrongType as error:
            raise WrongType(f"returned {name}: {error}") from error


def _returns(hint: Any, where: str) -> tuple[dict[str, Any], bool]:
    if hint is None or hint is type(None):
        return {}, False
    named = dataclasses.is_dataclass(hint) or typing.is_typeddict(hint)
    try:
        type_name(hint)
        named = False
    except TypeError as error:
        if not named:
            raise DeclarationError(f"{where}, return: {error} (or a TypedDict or dataclass of these)") from error
    if not named:
        return {"value": hint}, True
    fields = typing.get_type_hints(hint)
    for name, field in fields.items():
        try:
            type_name(field)
        except TypeError as error:
            raise DeclarationError(f"{where}, return {name}: {error}") from error
    return fields, False


@dataclasses.dataclass(frozen=True)
class Words:
    """What a decorator says of a skill beyond its function."""

    phrases: Sequence[str] = ()
    start: Sequence[str] = ()
    hold: Sequence[str] = ()
    effects: Sequence[str] = ()
    failure: str = "uncertain"
    typical_s: float = 1.0
    timeout_s: float = 60.0
    travel_to: str | None = None
    resources: Sequence[str] = ()
    on_link_loss: str = "stop"
    cancel: str = "stop"
    idempotent: bool = False
    risk: str = "low"
    version: str = "1.0.0"
    units: dict[str, str] = dataclasses.field(default_factory=dict)

    def check(self, where: str, signature: Signature) -> None:
        for field, allowed in (("failure", ("uncertain", "none")), ("risk", ("low", "medium", "high")),
                               ("on_link_loss", ("stop", "finish", "continue"))):
            if getattr(self, field) not in allowed:
                raise DeclarationError(f"{where}: {field} must be one of {', '.join(allowed)}")
        if not re.fullmatch(r"stop|finish|compensate:[A-Za-z0-9_.-]+", self.cancel):
            raise DeclarationError(f"{where}: cancel must be stop, finish or compensate:<skill>")
        if not 0 < self.timeout_s <= 86_400 or not 0 <= self.typical_s <= self.timeout_s:
            raise DeclarationError(f"{where}: 0 ≤ typical_s ≤ timeout_s ≤ 86400, with timeout_s above 0")
        for field in ("phrases", "start", "hold", "effects", "resources"):
            value = getattr(self, field)
            if isinstance(value, str) or not all(isinstance(part, str) for part in value):
                raise DeclarationError(f"{where}: {field} must be a list of texts")
        said = {name for phrase in self.phrases for name in re.findall(r"\{(\w+)\}", phrase)}
        for name in signature.parameters:
            if self.phrases and name not in said and name not in signature.defaults:
                raise DeclarationError(f"{where}: no phrase says {{{name}}}, which the skill needs")
        if self.travel_to is not None and self.travel_to not in signature.parameters:
            raise DeclarationError(f"{where}: travel_to must name a parameter")


def make_manifest(name: str, summary: str, signature: Signature, words: Words) -> dict[str, Any]:
    """The manifest as JSON has it, with the keys of a skill's YAML."""
    if not is_identifier(name):
        raise DeclarationError(f"“{name}” can't name a skill; use letters, digits, _, - and .")
    words.check(f"skill {name}", signature)

    def described(parameter: str, hint: Any) -> dict[str, Any]:
        entry = {"name": parameter, "type": type_name(hint)}
        if entry["type"] == "pose":
            entry["frame"] = "map"
        if parameter in words.units:
            entry["unit"] = words.units[parameter]
        return entry

    parameters = []
    for parameter, hint in signature.parameters.items():
        entry = described(parameter, hint)
        if parameter in signature.defaults:
            entry["default"] = plain(signature.defaults[parameter])
        parameters.append(entry)
    duration: dict[str, Any] = {"typical_s": words.typical_s, "timeout_s": words.timeout_s}
    if words.travel_to:
        duration["travel_to"] = words.travel_to
    return {
        "apiVersion": "pons/v1", "kind": "Skill", "name": name, "version": words.version,
        "summary": summary, "phrases": list(words.phrases), "parameters": parameters,
        "returns": [described(key, hint) for key, hint in signature.returns.items()],
        "conditions": {"start": list(words.start), "hold": list(words.hold)},
        "effects": {"success": list(words.effects), "failure": words.failure},
        "duration": duration, "resources": list(words.resources),
        "on_link_loss": words.on_link_loss, "cancel": words.cancel,
        "idempotent": words.idempotent, "risk": words.risk, "host": {"kind": "zmq"},
    }
