from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EmergencyFrame(_message.Message):
    __slots__ = ["report", "state", "version"]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    report: EmergencyReport
    state: EmergencyState
    version: int
    def __init__(self, version: _Optional[int] = ..., state: _Optional[_Union[EmergencyState, _Mapping]] = ..., report: _Optional[_Union[EmergencyReport, _Mapping]] = ...) -> None: ...

class EmergencyPress(_message.Message):
    __slots__ = ["at_unix_ns", "by", "number", "reason", "station"]
    AT_UNIX_NS_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATION_FIELD_NUMBER: _ClassVar[int]
    at_unix_ns: int
    by: str
    number: int
    reason: str
    station: str
    def __init__(self, station: _Optional[str] = ..., number: _Optional[int] = ..., by: _Optional[str] = ..., reason: _Optional[str] = ..., at_unix_ns: _Optional[int] = ...) -> None: ...

class EmergencyRelease(_message.Message):
    __slots__ = ["number", "station"]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATION_FIELD_NUMBER: _ClassVar[int]
    number: int
    station: str
    def __init__(self, station: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class EmergencyReport(_message.Message):
    __slots__ = ["epoch", "presses", "robots", "sequence", "station"]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PRESSES_FIELD_NUMBER: _ClassVar[int]
    ROBOTS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATION_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    presses: _containers.RepeatedCompositeFieldContainer[EmergencyPress]
    robots: _containers.RepeatedCompositeFieldContainer[EmergencyRobot]
    sequence: int
    station: str
    def __init__(self, station: _Optional[str] = ..., epoch: _Optional[int] = ..., sequence: _Optional[int] = ..., presses: _Optional[_Iterable[_Union[EmergencyPress, _Mapping]]] = ..., robots: _Optional[_Iterable[_Union[EmergencyRobot, _Mapping]]] = ...) -> None: ...

class EmergencyRobot(_message.Message):
    __slots__ = ["robot", "stopped"]
    ROBOT_FIELD_NUMBER: _ClassVar[int]
    STOPPED_FIELD_NUMBER: _ClassVar[int]
    robot: str
    stopped: bool
    def __init__(self, robot: _Optional[str] = ..., stopped: bool = ...) -> None: ...

class EmergencyState(_message.Message):
    __slots__ = ["beat_ms", "epoch", "presses", "releases", "sequence", "station"]
    BEAT_MS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PRESSES_FIELD_NUMBER: _ClassVar[int]
    RELEASES_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STATION_FIELD_NUMBER: _ClassVar[int]
    beat_ms: int
    epoch: int
    presses: _containers.RepeatedCompositeFieldContainer[EmergencyPress]
    releases: _containers.RepeatedCompositeFieldContainer[EmergencyRelease]
    sequence: int
    station: str
    def __init__(self, station: _Optional[str] = ..., epoch: _Optional[int] = ..., sequence: _Optional[int] = ..., beat_ms: _Optional[int] = ..., presses: _Optional[_Iterable[_Union[EmergencyPress, _Mapping]]] = ..., releases: _Optional[_Iterable[_Union[EmergencyRelease, _Mapping]]] = ...) -> None: ...
