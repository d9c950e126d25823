"""First-to-ahead-by-k voting over a skill's answers.

Source: Meyerson et al., «Solving a million-step LLM task with zero errors», 2025.
"""

from __future__ import annotations

from .v1 import model_pb2

#: The name under which the winner's returns carry the tally; no skill's own.
TALLY = "votes.tally"
_VOID_CODES = ("skillError", "timeout")


class Ballot:
    """Takes outcomes until one answer leads by `ahead`, or `most` were given."""

    def __init__(self, ahead: int, most: int) -> None:
        self._ahead, self._most = max(1, ahead), most
        self._counts: dict[bytes, int] = {}
        self._answers: dict[bytes, model_pb2.Outcome] = {}
        self._total = 0
        self._last_failure = ""

    def take(self, outcome: model_pb2.Outcome) -> model_pb2.Outcome | None:
        """The attempt's one outcome, once there is one; None while the skill
        has to be asked again."""
        self._total += 1
        if outcome.HasField("failure"):
            if outcome.failure.code not in _VOID_CODES:
                return outcome
            self._last_failure = f"; the last failure: {outcome.failure.code}: {outcome.failure.message}"
        else:
            key = model_pb2.Outcome(
                returns=sorted(outcome.returns, key=lambda part: part.name)).SerializeToString(deterministic=True)
            self._counts[key] = self._counts.get(key, 0) + 1
            self._answers.setdefault(key, outcome)
        ranking = sorted(self._counts.items(), key=lambda item: -item[1])
        tally = " ".join(str(votes) for _, votes in ranking)
        if ranking and ranking[0][1] >= (ranking[1][1] if len(ranking) > 1 else 0) + self._ahead:
            winner = self._answers[ranking[0][0]]
            winner.returns.add(name=TALLY, value=model_pb2.Value(text=tally))
            return winner
        if self._total < self._most:
            return None
        return model_pb2.Outcome(failure=model_pb2.Failure(
            code="skillError",
            message=f"no answer leads by {self._ahead} after {self._total} votes ({tally}){self._last_failure}"))
