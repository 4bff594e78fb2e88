"""What a transaction promises, kept on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.database import Conflict, Database, DatabaseUnavailable, Tx

on_both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
on_postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


def enrol(tx: Tx, name: str) -> int:
    row = tx.one("INSERT INTO member (name) VALUES (:name) RETURNING id", name=name)
    assert row is not None
    return row["id"]


def names(tx: Tx) -> list[str]:
    return [row["name"] for row in tx.all("SELECT name FROM member ORDER BY id")]


def note(tx: Tx, name: str, value: str = "") -> int:
    return tx.run("INSERT INTO house (name, value) VALUES (:name, :value)", name=name, value=value)


class Gate:
    """Holds a lane's thread inside a transaction until the test lets it go on."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._opened = threading.Event()

    def __call__(
        self, tx: Tx, before: Callable[[Tx], Any] = names, after: Callable[[Tx], Any] = names
    ) -> Any:
        first = before(tx)
        self._entered.set()
        assert self._opened.wait(10)
        return first, after(tx)

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._entered.wait, 10)

    def open(self) -> None:
        self._opened.set()


async def together(database: Database, *use_cases: Callable[[Tx], Any]) -> list[Any]:
    """What becomes of use cases that had to wait for the writer at the same time."""
    gate = Gate()
    busy = asyncio.create_task(database.write(gate))
    await gate.entered()
    waiting = [asyncio.create_task(database.write(use_case)) for use_case in use_cases]
    await asyncio.sleep(0)  # let each of them ask
    gate.open()
    await busy
    return await asyncio.gather(*waiting, return_exceptions=True)


@on_both
async def test_all_who_wait_for_the_writer_share_one_commit(database: Database) -> None:
    before = database.commits
    await together(database, *(partial(enrol, name=f"student {n}") for n in range(50)))
    assert database.commits - before == 2  # one for whoever kept them waiting, one for them all
    assert len(await database.read(names)) == 50


@on_both
async def test_one_refused_among_many_costs_the_others_nothing(database: Database) -> None:
    def twice(tx: Tx) -> None:
        enrol(tx, "never to be seen")
        note(tx, "the same")
        note(tx, "the same")

    def stumble(tx: Tx) -> None:
        enrol(tx, "never to be seen either")
        raise ValueError("changed my mind")

    ada, grace, edsger = (partial(enrol, name=name) for name in ("Ada", "Grace", "Edsger"))
    outcomes = await together(database, ada, twice, grace, stumble, edsger)
    assert [type(outcome) for outcome in outcomes] == [int, Conflict, int, ValueError, int]
    assert await database.read(names) == ["Ada", "Grace", "Edsger"]


@given(plan=st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=12))
@settings(max_examples=25, deadline=None)
def test_writes_at_once_end_as_they_would_one_by_one(plan: list[tuple[int, bool]]) -> None:
    def step(tx: Tx, *, key: int, stumbles: bool) -> None:
        note(tx, str(key))
        if stumbles:
            raise ValueError

    async def all_at_once() -> set[str]:
        database = await Database.open("sqlite:///:memory:")
        await together(database, *(partial(step, key=key, stumbles=stumbles) for key, stumbles in plan))
        rows = await database.read(lambda tx: tx.all("SELECT name FROM house"))
        await database.close()
        return {row["name"] for row in rows}

    assert asyncio.run(all_at_once()) == {str(key) for key, stumbles in plan if not stumbles}


@on_both
async def test_a_refused_statement_ends_its_transaction_even_when_the_refusal_is_caught(
    database: Database,
) -> None:
    def hush(tx: Tx) -> None:
        note(tx, "the same")
        with pytest.raises(Conflict):
            note(tx, "the same")

    def go_on(tx: Tx) -> None:
        hush(tx)
        enrol(tx, "too late")

    for use_case in (hush, go_on):
        with pytest.raises(Conflict):
            await database.write(use_case)
    assert await database.read(lambda tx: tx.all("SELECT * FROM house")) == []


@on_both
async def test_a_commit_that_fails_fails_for_all_who_shared_it(database: Database) -> None:
    await database.write(
        lambda tx: tx.run(
            "CREATE TABLE promise (id BIGINT REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    )
    outcomes = await together(
        database,
        partial(enrol, name="Ada"),
        lambda tx: tx.run("INSERT INTO promise (id) VALUES (4711)"),
    )
    assert [type(outcome) for outcome in outcomes] == [Conflict, Conflict]
    await database.write(enrol, "Grace")
    assert await database.read(names) == ["Grace"]


@on_both
async def test_who_is_cancelled_before_their_turn_never_was(database: Database) -> None:
    gate = Gate()
    first = asyncio.create_task(database.write(gate))
    await gate.entered()
    second = asyncio.create_task(database.write(enrol, "gone"))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait({second})
    gate.open()
    await first
    await database.write(enrol, "Ada")
    assert second.cancelled()
    assert await database.read(names) == ["Ada"]


@on_both
async def test_who_is_cancelled_in_the_middle_is_written_whole(database: Database) -> None:
    gate = Gate()
    task = asyncio.create_task(
        database.write(gate, lambda tx: enrol(tx, "first half"), lambda tx: enrol(tx, "second half"))
    )
    await gate.entered()
    task.cancel()
    await asyncio.wait({task})
    gate.open()
    await database.write(enrol, "Ada")
    assert await database.read(names) == ["first half", "second half", "Ada"]


@on_both
async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read.?only") as fault:
        await database.read(enrol, "Ada")
    assert not isinstance(fault.value, Conflict | DatabaseUnavailable)
    assert await database.read(names) == []


@on_both
async def test_a_read_sees_the_course_stand_still_and_holds_nobody_up(database: Database) -> None:
    await database.write(enrol, "Ada")
    gate = Gate()
    slow = asyncio.create_task(database.read(gate))
    await gate.entered()
    await database.write(enrol, "Grace")
    assert await database.read(names) == ["Ada", "Grace"]
    gate.open()
    assert await slow == (["Ada"], ["Ada"])


@on_both
async def test_writers_on_two_connections_never_meet_halfway(database: Database, url: str) -> None:
    def count(tx: Tx) -> None:
        row = tx.one("SELECT value FROM house WHERE name = 'count'")
        assert row is not None
        tx.run("UPDATE house SET value = :value WHERE name = 'count'", value=str(int(row["value"]) + 1))

    await database.write(note, "count", "0")
    other = await Database.open(url)
    for _ in range(10):
        await asyncio.gather(*(writer.write(count) for writer in (database, other) * 2))
    await other.close()
    assert await database.read(lambda tx: tx.all("SELECT value FROM house")) == [{"value": "40"}]


@on_both
async def test_a_transaction_is_of_no_use_after_its_function(database: Database) -> None:
    kept = await database.read(lambda tx: tx)
    with pytest.raises(RuntimeError, match="used after"):
        kept.all("SELECT 1")


@on_both
async def test_closing_finishes_what_waits_and_refuses_what_comes_after(url: str) -> None:
    database = await Database.open(url)
    gate = Gate()
    waiting = [asyncio.create_task(database.write(gate)), asyncio.create_task(database.write(enrol, "Ada"))]
    await gate.entered()
    closing = asyncio.create_task(database.close())
    gate.open()
    await asyncio.gather(closing, *waiting)
    await database.close()
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await database.write(enrol, "Grace")
    again = await Database.open(url)
    assert await again.read(names) == ["Ada"]
    await again.close()


async def test_a_full_disk_fails_those_who_needed_the_room_and_ends_when_there_is_some(
    database: Database,
) -> None:
    def limit(tx: Tx, pages: int) -> None:
        tx.all(f"PRAGMA max_page_count = {pages}")

    await database.write(limit, 1)  # the least that it can be is what is in use
    outcomes = await together(
        database, partial(enrol, name="Ada"), partial(note, name="everything", value="word " * 10_000)
    )
    assert [str(outcome).rpartition("course.db ")[2] for outcome in outcomes] == [
        "has no room left: free some space on its disk."
    ] * 2
    await database.write(limit, 1_000_000)
    await database.write(enrol, "Grace")
    assert await database.read(names) == ["Grace"]


@on_postgresql
async def test_a_lost_connection_fails_those_who_were_on_it_and_nobody_after(database: Database) -> None:
    outcomes = await together(
        database,
        partial(enrol, name="Ada"),
        lambda tx: tx.all("SELECT pg_terminate_backend(pg_backend_pid())"),
    )
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnavailable, DatabaseUnavailable]
    await database.write(enrol, "Grace")
    assert await database.read(names) == ["Grace"]


@on_postgresql
async def test_a_connection_lost_at_rest_is_nobodys_trouble(database: Database) -> None:
    pid = await database.write(lambda tx: (tx.one("SELECT pg_backend_pid() AS pid") or {})["pid"])
    await database.read(lambda tx: tx.all("SELECT pg_terminate_backend(:pid, 5000)", pid=pid))
    await database.write(enrol, "Ada")
    assert await database.read(names) == ["Ada"]
