from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Argument(_message.Message):
    __slots__ = ["name", "value"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: Value
    def __init__(self, name: _Optional[str] = ..., value: _Optional[_Union[Value, _Mapping]] = ...) -> None: ...

class AttemptId(_message.Message):
    __slots__ = ["number", "step", "task"]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    number: int
    step: str
    task: str
    def __init__(self, task: _Optional[str] = ..., step: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class FactRecord(_message.Message):
    __slots__ = ["cause", "certainty", "confidence", "fact", "holds", "owner", "source", "stamp"]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    CERTAINTY_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    FACT_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STAMP_FIELD_NUMBER: _ClassVar[int]
    cause: int
    certainty: str
    confidence: float
    fact: str
    holds: bool
    owner: str
    source: str
    stamp: HybridStamp
    def __init__(self, fact: _Optional[str] = ..., holds: bool = ..., certainty: _Optional[str] = ..., confidence: _Optional[float] = ..., stamp: _Optional[_Union[HybridStamp, _Mapping]] = ..., source: _Optional[str] = ..., owner: _Optional[str] = ..., cause: _Optional[int] = ...) -> None: ...

class Failure(_message.Message):
    __slots__ = ["code", "message"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class HybridStamp(_message.Message):
    __slots__ = ["counter", "origin", "wall_ms"]
    COUNTER_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    WALL_MS_FIELD_NUMBER: _ClassVar[int]
    counter: int
    origin: str
    wall_ms: int
    def __init__(self, wall_ms: _Optional[int] = ..., counter: _Optional[int] = ..., origin: _Optional[str] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ["failure", "observed", "returns"]
    FAILURE_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_FIELD_NUMBER: _ClassVar[int]
    RETURNS_FIELD_NUMBER: _ClassVar[int]
    failure: Failure
    observed: _containers.RepeatedScalarFieldContainer[str]
    returns: _containers.RepeatedCompositeFieldContainer[Argument]
    def __init__(self, failure: _Optional[_Union[Failure, _Mapping]] = ..., returns: _Optional[_Iterable[_Union[Argument, _Mapping]]] = ..., observed: _Optional[_Iterable[str]] = ...) -> None: ...

class Pose(_message.Message):
    __slots__ = ["frame", "x_m", "y_m", "yaw_rad", "z_m"]
    FRAME_FIELD_NUMBER: _ClassVar[int]
    X_M_FIELD_NUMBER: _ClassVar[int]
    YAW_RAD_FIELD_NUMBER: _ClassVar[int]
    Y_M_FIELD_NUMBER: _ClassVar[int]
    Z_M_FIELD_NUMBER: _ClassVar[int]
    frame: str
    x_m: float
    y_m: float
    yaw_rad: float
    z_m: float
    def __init__(self, frame: _Optional[str] = ..., x_m: _Optional[float] = ..., y_m: _Optional[float] = ..., z_m: _Optional[float] = ..., yaw_rad: _Optional[float] = ...) -> None: ...

class Token(_message.Message):
    __slots__ = ["counter", "epoch"]
    COUNTER_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    counter: int
    epoch: int
    def __init__(self, epoch: _Optional[int] = ..., counter: _Optional[int] = ...) -> None: ...

class Value(_message.Message):
    __slots__ = ["boolean", "entity", "number", "pose", "text"]
    BOOLEAN_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    POSE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    boolean: bool
    entity: str
    number: float
    pose: Pose
    text: str
    def __init__(self, entity: _Optional[str] = ..., text: _Optional[str] = ..., number: _Optional[float] = ..., boolean: bool = ..., pose: _Optional[_Union[Pose, _Mapping]] = ...) -> None: ...

class VotePolicy(_message.Message):
    __slots__ = ["ahead", "most"]
    AHEAD_FIELD_NUMBER: _ClassVar[int]
    MOST_FIELD_NUMBER: _ClassVar[int]
    ahead: int
    most: int
    def __init__(self, ahead: _Optional[int] = ..., most: _Optional[int] = ...) -> None: ...
