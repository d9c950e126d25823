"""What a host must not forget: tokens it has seen, and how attempts ended.

Every write is on disk (SQLite, synchronous=FULL) before the call returns, but
for those that say otherwise: they outlive the process, and reach the disk with
the next write that waits for it.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from .v1 import model_pb2

AttemptKey = tuple[str, str, int]  # task, step, number
TokenKey = tuple[int, int]  # epoch, counter
_KEPT_PER_ROBOT = 200

_SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (robot TEXT PRIMARY KEY, token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
  ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
  robot TEXT NOT NULL, task TEXT NOT NULL, step TEXT NOT NULL, number INTEGER NOT NULL,
  token TEXT NOT NULL, outcome BLOB, stored INTEGER NOT NULL DEFAULT 0,
  UNIQUE (robot, task, step, number));
"""


class HostNameTaken(RuntimeError):
    """Another process on this machine runs a host with the same name."""


@dataclass(frozen=True)
class Entry:
    attempt: AttemptKey
    token: TokenKey
    #: None while it runs.
    outcome: model_pb2.Outcome | None
    #: Whether the edge has the outcome on its disk.
    stored: bool


def _token_text(token: TokenKey) -> str:
    return f"{token[0]:016x}.{token[1]:016x}"  # sorts like the token


def _token_of(text: str) -> TokenKey:
    epoch, counter = text.split(".")
    return int(epoch, 16), int(counter, 16)


class Ledger:
    """The ledger of one host, in a folder of its own that it locks.

    - Raises HostNameTaken when another process holds the folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise HostNameTaken(
                f"another process runs this host ({folder}); stop it, or give this one another name") from error
        # One thread writes at a time; the host opens it on one and works on another.
        self._database = sqlite3.connect(folder / "ledger.db", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        self._database.close()
        os.close(self._lock)

    def highest_token(self, robot: str) -> TokenKey:
        row = self._database.execute("SELECT token FROM tokens WHERE robot=?", (robot,)).fetchone()
        return _token_of(row[0]) if row else (0, 0)

    def begin(self, robot: str, attempt: AttemptKey, token: TokenKey, waits: bool = True) -> None:
        """Records that the attempt begins, and its token as the highest.
        `waits` for the disk, which an idempotent skill needn't."""
        with self._transaction(waits):
            self._database.execute(
                "INSERT INTO tokens VALUES (?, ?) ON CONFLICT (robot) DO UPDATE SET token=max(token, excluded.token)",
                (robot, _token_text(token)))
            self._database.execute(
                "INSERT INTO attempts (robot, task, step, number, token) VALUES (?, ?, ?, ?, ?)",
                (robot, *attempt, _token_text(token)))
            self._database.execute(
                "DELETE FROM attempts WHERE robot=? AND stored AND ordinal <= "
                "(SELECT max(ordinal) FROM attempts WHERE robot=?) - ?", (robot, robot, _KEPT_PER_ROBOT))

    def finish(self, robot: str, attempt: AttemptKey, outcome: model_pb2.Outcome, waits: bool = True) -> None:
        """Records how the attempt ended; the first word on it stays."""
        with self._transaction(waits):
            self._database.execute(
                "UPDATE attempts SET outcome=? WHERE robot=? AND task=? AND step=? AND number=? AND outcome IS NULL",
                (outcome.SerializeToString(), robot, *attempt))

    def mark_stored(self, robot: str, attempt: AttemptKey) -> None:
        # Lost, it is only reported once more.
        with self._transaction(waits=False):
            self._database.execute(
                "UPDATE attempts SET stored=1 WHERE robot=? AND task=? AND step=? AND number=? AND outcome IS NOT NULL",
                (robot, *attempt))

    def find(self, robot: str, attempt: AttemptKey) -> Entry | None:
        entries = self._entries("robot=? AND task=? AND step=? AND number=?", (robot, *attempt))
        return entries[0] if entries else None

    def unsettled(self, robot: str) -> list[Entry]:
        """Attempts that run, or whose outcome the edge may not have; oldest first."""
        return self._entries("robot=? AND NOT stored", (robot,))

    def _entries(self, condition: str, values: tuple[object, ...]) -> list[Entry]:
        rows = self._database.execute(
            f"SELECT task, step, number, token, outcome, stored FROM attempts WHERE {condition} ORDER BY ordinal",
            values).fetchall()
        return [
            Entry((row[0], row[1], row[2]), _token_of(row[3]),
                  None if row[4] is None else model_pb2.Outcome.FromString(row[4]), bool(row[5]))
            for row in rows
        ]

    def _transaction(self, waits: bool) -> _Transaction:
        return _Transaction(self._database, waits)


class _Transaction:
    def __init__(self, database: sqlite3.Connection, waits: bool) -> None:
        self._database = database
        self._waits = waits

    def __enter__(self) -> None:
        # Between transactions this takes effect at once; in WAL mode NORMAL
        # writes without waiting for the disk.
        self._database.execute(f"PRAGMA synchronous={'FULL' if self._waits else 'NORMAL'}")
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._database.execute("ROLLBACK" if kind else "COMMIT")
