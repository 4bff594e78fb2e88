"""What cannot be said for a reason that no lead could see: they hear of it once for each kind, until it works again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.cohorts import problems
from bot.database import Tx
from bot.ledger import BACKOFF, Claimed

# This try comes an hour and twenty minutes after the first one: most of what fails has healed by itself before.
PATIENCE = len(BACKOFF)
DISCORD = "discord"  # what the problem is filed under that Discord does not answer
UNSAID = frozenset({"problem"})  # a letter about a problem is none itself

SAID: Mapping[str, str] = {
    "kickoff": "the kickoff of week {week}",
    "pairing": "the pairing of week {week}",
    "pairs": "who reviews whom in week {week}",
    "retro": "the retro prompt of week {week}",
    "digest": "the digest of week {week}",
    "leads": "your letter about week {week}",
    "announcement": "an announcement",
}


def tell(tx: Tx, row: Claimed, error: str, *, is_fault: bool, gave_up: bool, now: datetime) -> None:
    """Let the leads know of a row that has kept failing, or is given up on."""
    if row.kind in UNSAID or not (gave_up or row.attempts == PATIENCE):
        return
    words = _words(row, error, is_fault=is_fault, gave_up=gave_up)
    problems.tell(tx, row.cohort_id, _subject(row, error), words, week=row.week, now=now)


def mend(tx: Tx, row: Claimed, now: datetime) -> None:
    """Something of this kind was said: whatever kept it from being said is over."""
    for subject in (DISCORD, f"post:{row.kind}"):
        problems.mend(tx, row.cohort_id, subject, now)


def _subject(row: Claimed, error: str) -> str:
    return DISCORD if error.startswith("no answer") else f"post:{row.kind}"


def _words(row: Claimed, error: str, *, is_fault: bool, gave_up: bool) -> str:
    usual = "a private letter in week {week}" if row.member_id is not None else "a post of week {week}"
    what = SAID.get(row.kind, usual).format(week=row.week)
    tried = "I have given up on it." if gave_up else "I keep trying."
    if is_fault:
        return (
            f"I could not send {what}: something goes wrong on my side ({error}). {tried} Please tell whoever runs me; "
            f"my log has it as “post failed”, occurrence {row.id}."
        )
    if _subject(row, error) == DISCORD:
        return (
            f"Discord has not answered for more than an hour when I sent {what}. {tried} There is nothing for you to "
            "mend; discordstatus.com says whether Discord has trouble."
        )
    return (
        f"I could not send {what}: {error}. {tried} If it is urgent, say it yourself meanwhile; whoever runs me finds "
        f"it in my log as “not sent”, occurrence {row.id}."
    )
