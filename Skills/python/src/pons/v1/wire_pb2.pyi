from pons.v1 import model_pb2 as _model_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
PEER_ROLE_EDGE: PeerRole
PEER_ROLE_SKILL_HOST: PeerRole
PEER_ROLE_UNSPECIFIED: PeerRole

class Accept(_message.Message):
    __slots__ = ["attempt", "token"]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    attempt: _model_pb2.AttemptId
    token: _model_pb2.Token
    def __init__(self, attempt: _Optional[_Union[_model_pb2.AttemptId, _Mapping]] = ..., token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ...) -> None: ...

class AttemptReport(_message.Message):
    __slots__ = ["attempt", "outcome", "token"]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    attempt: _model_pb2.AttemptId
    outcome: _model_pb2.Outcome
    token: _model_pb2.Token
    def __init__(self, attempt: _Optional[_Union[_model_pb2.AttemptId, _Mapping]] = ..., token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ..., outcome: _Optional[_Union[_model_pb2.Outcome, _Mapping]] = ...) -> None: ...

class Cancel(_message.Message):
    __slots__ = ["attempt", "reason", "token"]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    attempt: _model_pb2.AttemptId
    reason: str
    token: _model_pb2.Token
    def __init__(self, attempt: _Optional[_Union[_model_pb2.AttemptId, _Mapping]] = ..., token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class EntityPose(_message.Message):
    __slots__ = ["entity", "pose", "source", "stamp"]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    POSE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STAMP_FIELD_NUMBER: _ClassVar[int]
    entity: str
    pose: _model_pb2.Pose
    source: str
    stamp: _model_pb2.HybridStamp
    def __init__(self, entity: _Optional[str] = ..., pose: _Optional[_Union[_model_pb2.Pose, _Mapping]] = ..., stamp: _Optional[_Union[_model_pb2.HybridStamp, _Mapping]] = ..., source: _Optional[str] = ...) -> None: ...

class Envelope(_message.Message):
    __slots__ = ["accept", "acknowledged", "cancel", "goodbye", "heartbeat", "hello", "id", "invoke", "memory_delta", "motion_lease_ms", "progress", "refused", "result", "result_stored", "roster", "sequence", "session", "stamp", "traceparent", "version", "welcome"]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    GOODBYE_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    HELLO_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    INVOKE_FIELD_NUMBER: _ClassVar[int]
    MEMORY_DELTA_FIELD_NUMBER: _ClassVar[int]
    MOTION_LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    RESULT_STORED_FIELD_NUMBER: _ClassVar[int]
    ROSTER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    STAMP_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    accept: Accept
    acknowledged: int
    cancel: Cancel
    goodbye: Goodbye
    heartbeat: Heartbeat
    hello: Hello
    id: int
    invoke: Invoke
    memory_delta: MemoryDelta
    motion_lease_ms: int
    progress: Progress
    refused: Refused
    result: Result
    result_stored: ResultStored
    roster: Roster
    sequence: int
    session: str
    stamp: _model_pb2.HybridStamp
    traceparent: str
    version: int
    welcome: Welcome
    def __init__(self, version: _Optional[int] = ..., id: _Optional[int] = ..., session: _Optional[str] = ..., sequence: _Optional[int] = ..., stamp: _Optional[_Union[_model_pb2.HybridStamp, _Mapping]] = ..., traceparent: _Optional[str] = ..., acknowledged: _Optional[int] = ..., motion_lease_ms: _Optional[int] = ..., hello: _Optional[_Union[Hello, _Mapping]] = ..., welcome: _Optional[_Union[Welcome, _Mapping]] = ..., refused: _Optional[_Union[Refused, _Mapping]] = ..., heartbeat: _Optional[_Union[Heartbeat, _Mapping]] = ..., goodbye: _Optional[_Union[Goodbye, _Mapping]] = ..., roster: _Optional[_Union[Roster, _Mapping]] = ..., invoke: _Optional[_Union[Invoke, _Mapping]] = ..., accept: _Optional[_Union[Accept, _Mapping]] = ..., progress: _Optional[_Union[Progress, _Mapping]] = ..., result: _Optional[_Union[Result, _Mapping]] = ..., result_stored: _Optional[_Union[ResultStored, _Mapping]] = ..., cancel: _Optional[_Union[Cancel, _Mapping]] = ..., memory_delta: _Optional[_Union[MemoryDelta, _Mapping]] = ...) -> None: ...

class Goodbye(_message.Message):
    __slots__ = ["reason"]
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ["robots"]
    ROBOTS_FIELD_NUMBER: _ClassVar[int]
    robots: _containers.RepeatedCompositeFieldContainer[RobotStatus]
    def __init__(self, robots: _Optional[_Iterable[_Union[RobotStatus, _Mapping]]] = ...) -> None: ...

class Hello(_message.Message):
    __slots__ = ["highest_version", "lowest_version", "manifests", "name", "robots", "role", "software"]
    HIGHEST_VERSION_FIELD_NUMBER: _ClassVar[int]
    LOWEST_VERSION_FIELD_NUMBER: _ClassVar[int]
    MANIFESTS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROBOTS_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    SOFTWARE_FIELD_NUMBER: _ClassVar[int]
    highest_version: int
    lowest_version: int
    manifests: _containers.RepeatedScalarFieldContainer[str]
    name: str
    robots: _containers.RepeatedCompositeFieldContainer[RobotOffer]
    role: PeerRole
    software: str
    def __init__(self, lowest_version: _Optional[int] = ..., highest_version: _Optional[int] = ..., role: _Optional[_Union[PeerRole, str]] = ..., name: _Optional[str] = ..., software: _Optional[str] = ..., robots: _Optional[_Iterable[_Union[RobotOffer, _Mapping]]] = ..., manifests: _Optional[_Iterable[str]] = ...) -> None: ...

class Invoke(_message.Message):
    __slots__ = ["arguments", "attempt", "cancel", "idempotent", "on_link_loss", "robot", "skill", "timeout_ms", "token", "votes"]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENT_FIELD_NUMBER: _ClassVar[int]
    ON_LINK_LOSS_FIELD_NUMBER: _ClassVar[int]
    ROBOT_FIELD_NUMBER: _ClassVar[int]
    SKILL_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    VOTES_FIELD_NUMBER: _ClassVar[int]
    arguments: _containers.RepeatedCompositeFieldContainer[_model_pb2.Argument]
    attempt: _model_pb2.AttemptId
    cancel: str
    idempotent: bool
    on_link_loss: str
    robot: str
    skill: str
    timeout_ms: int
    token: _model_pb2.Token
    votes: _model_pb2.VotePolicy
    def __init__(self, attempt: _Optional[_Union[_model_pb2.AttemptId, _Mapping]] = ..., token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ..., robot: _Optional[str] = ..., skill: _Optional[str] = ..., arguments: _Optional[_Iterable[_Union[_model_pb2.Argument, _Mapping]]] = ..., timeout_ms: _Optional[int] = ..., on_link_loss: _Optional[str] = ..., cancel: _Optional[str] = ..., idempotent: bool = ..., votes: _Optional[_Union[_model_pb2.VotePolicy, _Mapping]] = ...) -> None: ...

class MemoryDelta(_message.Message):
    __slots__ = ["operations"]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    operations: _containers.RepeatedCompositeFieldContainer[MemoryOperation]
    def __init__(self, operations: _Optional[_Iterable[_Union[MemoryOperation, _Mapping]]] = ...) -> None: ...

class MemoryOperation(_message.Message):
    __slots__ = ["entity", "fact", "pose"]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    FACT_FIELD_NUMBER: _ClassVar[int]
    POSE_FIELD_NUMBER: _ClassVar[int]
    entity: str
    fact: _model_pb2.FactRecord
    pose: EntityPose
    def __init__(self, fact: _Optional[_Union[_model_pb2.FactRecord, _Mapping]] = ..., pose: _Optional[_Union[EntityPose, _Mapping]] = ..., entity: _Optional[str] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ["attempt", "note", "ratio", "token"]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    RATIO_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    attempt: _model_pb2.AttemptId
    note: str
    ratio: float
    token: _model_pb2.Token
    def __init__(self, attempt: _Optional[_Union[_model_pb2.AttemptId, _Mapping]] = ..., token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ..., ratio: _Optional[float] = ..., note: _Optional[str] = ...) -> None: ...

class Refused(_message.Message):
    __slots__ = ["about", "code", "message"]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    about: int
    code: str
    message: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., about: _Optional[int] = ...) -> None: ...

class Result(_message.Message):
    __slots__ = ["attempt", "outcome", "token"]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    attempt: _model_pb2.AttemptId
    outcome: _model_pb2.Outcome
    token: _model_pb2.Token
    def __init__(self, attempt: _Optional[_Union[_model_pb2.AttemptId, _Mapping]] = ..., token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ..., outcome: _Optional[_Union[_model_pb2.Outcome, _Mapping]] = ...) -> None: ...

class ResultStored(_message.Message):
    __slots__ = ["attempt", "token"]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    attempt: _model_pb2.AttemptId
    token: _model_pb2.Token
    def __init__(self, attempt: _Optional[_Union[_model_pb2.AttemptId, _Mapping]] = ..., token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ...) -> None: ...

class RobotOffer(_message.Message):
    __slots__ = ["attempts", "description", "highest_token", "robot", "skills"]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    HIGHEST_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ROBOT_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    attempts: _containers.RepeatedCompositeFieldContainer[AttemptReport]
    description: str
    highest_token: _model_pb2.Token
    robot: str
    skills: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, robot: _Optional[str] = ..., description: _Optional[str] = ..., skills: _Optional[_Iterable[str]] = ..., attempts: _Optional[_Iterable[_Union[AttemptReport, _Mapping]]] = ..., highest_token: _Optional[_Union[_model_pb2.Token, _Mapping]] = ...) -> None: ...

class RobotStatus(_message.Message):
    __slots__ = ["battery_ratio", "pose", "ready", "robot"]
    BATTERY_RATIO_FIELD_NUMBER: _ClassVar[int]
    POSE_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    ROBOT_FIELD_NUMBER: _ClassVar[int]
    battery_ratio: float
    pose: _model_pb2.Pose
    ready: bool
    robot: str
    def __init__(self, robot: _Optional[str] = ..., ready: bool = ..., pose: _Optional[_Union[_model_pb2.Pose, _Mapping]] = ..., battery_ratio: _Optional[float] = ...) -> None: ...

class Roster(_message.Message):
    __slots__ = ["manifests", "robots"]
    MANIFESTS_FIELD_NUMBER: _ClassVar[int]
    ROBOTS_FIELD_NUMBER: _ClassVar[int]
    manifests: _containers.RepeatedScalarFieldContainer[str]
    robots: _containers.RepeatedCompositeFieldContainer[RobotOffer]
    def __init__(self, robots: _Optional[_Iterable[_Union[RobotOffer, _Mapping]]] = ..., manifests: _Optional[_Iterable[str]] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ["about", "epoch", "estop_port", "heartbeat_ms", "lease_ms", "session", "version"]
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    ESTOP_PORT_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_MS_FIELD_NUMBER: _ClassVar[int]
    LEASE_MS_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    about: int
    epoch: int
    estop_port: int
    heartbeat_ms: int
    lease_ms: int
    session: str
    version: int
    def __init__(self, version: _Optional[int] = ..., session: _Optional[str] = ..., epoch: _Optional[int] = ..., lease_ms: _Optional[int] = ..., heartbeat_ms: _Optional[int] = ..., about: _Optional[int] = ..., estop_port: _Optional[int] = ...) -> None: ...

class PeerRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
