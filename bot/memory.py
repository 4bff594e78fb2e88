"""What the process remembers about itself between two starts."""

from __future__ import annotations

from bot.database import Tx


def recall(tx: Tx, name: str) -> str | None:
    """What was remembered under a name."""
    row = tx.one("SELECT value FROM house WHERE name = :name", name=name)
    return None if row is None else str(row["value"])


def remember(tx: Tx, name: str, value: str) -> None:
    """Remember a value under a name, in the place of the one before."""
    tx.run(
        "INSERT INTO house (name, value) VALUES (:name, :value) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name=name,
        value=value,
    )


def recall_or_make(tx: Tx, name: str, value: str) -> str:
    """What was remembered under a name; this value from now on, if nothing was."""
    tx.run(
        "INSERT INTO house (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING",
        name=name,
        value=value,
    )
    kept = recall(tx, name)
    return value if kept is None else kept
