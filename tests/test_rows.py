"""What goes into the database comes out alike, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from bot.database import Conflict, Database, DatabaseUnavailable, Tx

on_both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


def enrol(tx: Tx, name: str) -> int:
    row = tx.one("INSERT INTO member (name) VALUES (:name) RETURNING id", name=name)
    assert row is not None
    return row["id"]


def names(tx: Tx) -> list[str]:
    return [row["name"] for row in tx.all("SELECT name FROM member ORDER BY id")]


@on_both
async def test_what_is_written_is_read_back_by_column_name(database: Database) -> None:
    ada = await database.write(enrol, "Ada")
    grace = await database.write(enrol, name="Grace")
    assert ada != grace
    assert await database.read(names) == ["Ada", "Grace"]
    row = await database.read(lambda tx: tx.one("SELECT id, name, user_id FROM member WHERE name = 'Ada'"))
    assert row == {"id": ada, "name": "Ada", "user_id": None}
    assert await database.read(lambda tx: tx.one("SELECT id FROM member WHERE name = 'Nobody'")) is None


@on_both
async def test_a_change_says_how_many_rows_it_touched(database: Database) -> None:
    def change(tx: Tx) -> tuple[int, int, int]:
        tx.many("INSERT INTO house (name, value) VALUES (:n, '')", ({"n": f"note {n}"} for n in range(3)))
        return (
            tx.run("UPDATE house SET value = 'new'"),
            tx.run("DELETE FROM house WHERE name = :n", n="note 1"),
            tx.run("INSERT INTO house (name, value) VALUES ('note 2', '') ON CONFLICT (name) DO NOTHING"),
        )

    assert await database.write(change) == (3, 1, 0)


@on_both
async def test_values_come_back_alike_from_every_database(database: Database) -> None:
    query = """
        SELECT sum(n) AS total, avg(n) AS mean, count(*) > 1 AS several, :flag AS flag,
               '100% :kept' AS text, CASE WHEN :nobody IS NULL THEN 1 ELSE 0 END AS nobody -- isn't :this skipped
        FROM (SELECT 1 AS n UNION ALL SELECT 2) AS numbers
    """
    row = await database.read(lambda tx: tx.one(query, flag=True, nobody=None))
    assert row == {"total": 3, "mean": 1.5, "several": 1, "flag": 1, "text": "100% :kept", "nobody": 1}
    assert all(type(value) in (int, float, str) for value in row.values())


@on_both
async def test_any_text_any_discord_id_and_any_truth_survive(database: Database) -> None:
    yes = await database.write(
        lambda tx: tx.one("INSERT INTO member (name, user_id) VALUES ('', :yes) RETURNING user_id", yes=True)
    )
    assert yes == {"user_id": 1}
    text = "it's 100% \\n :name %(name)s “quoted” 🎓\nsecond line"
    snowflake = 2**63 - 1

    def keep(tx: Tx) -> dict[str, Any] | None:
        tx.run("INSERT INTO member (name, user_id) VALUES (:name, :id)", name=text, id=snowflake)
        return dict(tx.one("SELECT name, user_id FROM member WHERE user_id = :id", id=snowflake) or {})

    assert await database.write(keep) == {"name": text, "user_id": snowflake}


@on_both
@pytest.mark.parametrize(
    "forbidden",
    [
        "INSERT INTO member (id, name) VALUES (1, 'again')",
        "INSERT INTO enrollment (cohort_id, member_id, role, state, enrolled_at) "
        "VALUES (99, 1, 'student', 'active', 0)",
        "INSERT INTO member (name) VALUES (NULL)",
        "INSERT INTO problem (cohort_id, subject, detail, since) VALUES (99, '', '', 0)",
    ],
    ids=["a key that is taken", "a cohort that is not there", "nothing where something must be", "nobody's"],
)
async def test_a_broken_constraint_is_a_conflict(database: Database, forbidden: str) -> None:
    await database.write(lambda tx: tx.run("INSERT INTO member (id, name) VALUES (1, 'Ada')"))
    with pytest.raises(Conflict):
        await database.write(lambda tx: tx.run(forbidden))


@on_both
@pytest.mark.parametrize(
    "mistake",
    [
        "SELECT nothing FROM nowhere",
        "SELEKT 1",
        "INSERT INTO member (name, user_id) VALUES ('Ada', 'a word')",
    ],
)
async def test_a_mistake_in_the_code_is_neither_a_conflict_nor_an_outage(
    database: Database, mistake: str
) -> None:
    with pytest.raises(Exception, match=r"\w") as fault:
        await database.write(lambda tx: tx.run(mistake))
    assert not isinstance(fault.value, Conflict | DatabaseUnavailable)
    await database.write(enrol, "Ada")
