"""A lane is one database connection on its own thread; plain functions run there whole, one after another.

Nothing is awaited inside a transaction, so nothing interleaves with it and a cancelled caller leaves nothing
open. All functions that wait when a lane gets its turn share one commit, each in its own savepoint: fifty
members who press a button at once cost one write to the disk, and one refusal costs the others nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

Row = Mapping[str, Any]
T = TypeVar("T")

PATIENCE = 10.0  # seconds to wait for another process that is writing


class DatabaseUnavailable(Exception):
    """The database cannot be used; its text is one plain sentence with the next step and no password."""


class Conflict(Exception):
    """The database refused a row because one of its constraints forbids it."""


class Cursor(Protocol):
    """What a statement came to, in the words that sqlite3 and psycopg share."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """The columns, name first; None when the statement returns no rows."""
        ...

    @property
    def rowcount(self) -> int:
        """How many rows were touched."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows, as tuples."""
        ...


class Driver(Protocol):
    """One connection and its thread; all but `call` and `close` run on that thread."""

    async def call(self, work: Callable[[], None], /) -> None:
        """Run a plain function on the thread, after those that were called before it."""
        ...

    def begin(self) -> None:
        """Open a transaction."""
        ...

    def execute(self, sql: str, params: Mapping[str, object], /) -> Cursor:
        """Run one statement with `:name` parameters."""
        ...

    def executemany(self, sql: str, rows: Iterable[Mapping[str, object]], /) -> object:
        """Run one statement once for each row of `:name` parameters."""
        ...

    def recover(self) -> None:
        """Undo what is open, and forget a connection that cannot even do that."""
        ...

    def explain(self, error: BaseException, /) -> BaseException:
        """Name a driver's error in our words where it is a Conflict or DatabaseUnavailable."""
        ...

    async def close(self) -> None:
        """Finish what was called, then let the connection and its thread go."""
        ...


class Tx:
    """One transaction, handed to a plain function.

    A statement that the database refuses ends the transaction, on every database, even where the function
    catches the error: say `ON CONFLICT` when a clash is expected, or catch `Conflict` around `write`.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self.refusal: BaseException | None = None

    def all(self, sql: str, /, **params: object) -> list[Row]:
        """Every row of a query, or of a RETURNING, by column name."""
        cursor = self._attempt(lambda: self._driver.execute(sql, params))
        if cursor.description is None:
            return []
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in self._attempt(cursor.fetchall)]

    def one(self, sql: str, /, **params: object) -> Row | None:
        """The first row, or None."""
        rows = self.all(sql, **params)
        return rows[0] if rows else None

    def run(self, sql: str, /, **params: object) -> int:
        """Change rows and say how many."""
        return max(self._attempt(lambda: self._driver.execute(sql, params)).rowcount, 0)

    def many(self, sql: str, rows: Iterable[Mapping[str, object]], /) -> None:
        """Run one statement for each row of parameters."""
        self._attempt(lambda: self._driver.executemany(sql, rows))

    def end(self) -> None:
        """Refuse whatever is asked of this transaction from now on."""
        self.refusal = self.refusal or RuntimeError("A transaction was used after its function had returned.")

    def _attempt(self, step: Callable[[], T]) -> T:
        if self.refusal is not None:
            raise self.refusal
        try:
            return step()
        except Exception as error:
            self.refusal = self._driver.explain(error)
            if self.refusal is error:
                raise
            raise self.refusal from error


class Job(Generic[T]):
    """A function that waits for its turn, and then what became of it."""

    def __init__(self, work: Callable[[Tx], T]) -> None:
        self._work = work
        self._value: T
        self.error: BaseException | None = None
        self.done = False
        self.abandoned = False

    def attempt(self, tx: Tx) -> bool:
        """Run the function; whether its changes may stay."""
        try:
            self._value = self._work(tx)
            self.error = tx.refusal
        except BaseException as error:  # noqa: BLE001 - it is raised again to the caller who waits for it
            self.error = error
        tx.end()
        return self.error is None

    def outcome(self) -> T:
        """Give the caller the function's value, or raise what stopped it."""
        if self.error is not None:
            raise self.error
        return self._value


class Lane:
    """A driver, and the queue of functions before it."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._waiting: deque[Job[Any]] = deque()
        self._closed = False
        self.load = 0
        self.commits = 0

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run a function in a transaction until it is committed; one cancelled before its turn never runs."""
        if self._closed:
            raise DatabaseUnavailable("The database is closed; start the bot again.")
        job = Job(work)
        self._waiting.append(job)
        self.load += 1
        try:
            await self._driver.call(lambda: self._turn(job))
        finally:
            job.abandoned = True
            self.load -= 1
        return job.outcome()

    async def close(self) -> None:
        """Let everything that waits finish, then close the connection."""
        if not self._closed:
            self._closed = True
            await self._driver.close()

    def _turn(self, job: Job[Any]) -> None:
        """Commit all that waits, unless somebody else's turn has already taken this job along."""
        if job.done:
            return
        batch: list[Job[Any]] = []
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.abandoned:
                batch.append(waiting)
        self._commit(batch)

    def _commit(self, batch: Sequence[Job[Any]]) -> None:
        try:
            self._driver.begin()
            for job in batch:
                self._attempt(job)
            self._driver.execute("COMMIT", {})
            self.commits += 1
        except BaseException as error:  # noqa: BLE001 - it is raised again to every caller of the batch
            reason = self._driver.explain(error)
            if reason is not error:
                reason.__cause__ = error
            for job in batch:
                job.error = job.error or reason
            self._driver.recover()
        finally:
            for job in batch:
                job.done = True

    def _attempt(self, job: Job[Any]) -> None:
        self._driver.execute("SAVEPOINT job", {})
        tx = Tx(self._driver)
        if not job.attempt(tx):
            if isinstance(tx.refusal, DatabaseUnavailable):
                raise tx.refusal  # the whole transaction is gone, and with it what the others did in it
            self._driver.execute("ROLLBACK TO SAVEPOINT job", {})
        self._driver.execute("RELEASE SAVEPOINT job", {})
