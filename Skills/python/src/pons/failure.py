"""Why an attempt failed: a code that plans react to, and words for people."""

FAILURE_CODES = (
    "conditionUnmet", "effectUnverified", "timeout", "robotLost", "skillError",
    "rejectedBySkill", "unsafe", "resourceConflict", "unreachable", "canceled",
)


class Failure(Exception):
    """Raise it in a skill to end the attempt with a typed failure.

    `code` is one of `FAILURE_CODES`; ValueError for any other. `message` says
    what happened and, where known, what helps.
    """

    def __init__(self, code: str, message: str = "") -> None:
        if code not in FAILURE_CODES:
            raise ValueError(f"{code!r} is no failure code; use one of {', '.join(FAILURE_CODES)}")
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
