"""Every kind of act that the audit log has, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

# What a detail calls a member beside the subject: the other of a pair, or to whom something was handed.
PEOPLE = ("other_id", "to")
# What a detail calls a reason, the plainest first.
WHY = ("reason", "words", "why", "detail", "text")
GONE = "…"  # what was blanked when somebody was forgotten, or never was there


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A kind of act: what it is called in a list, and the sentence that begins with whoever did it.

    In braces: `whom` is the subject, `other` the other member, the rest is from the details; a count has its noun
    after a colon, and how there are many of it after a bar unless that ends in s.
    """

    title: str
    words: str


def _deed(title: str, words: str) -> Deed:
    return Deed(title=title, words=words)


DEEDS: Mapping[str, Deed] = {
    "announcement.approved": _deed("Announcement: approved", "approved the announcement of {whom} for {at}"),
    "announcement.cancelled": _deed("Announcement: cancelled", "cancelled an announcement for {at}"),
    "announcement.edited": _deed("Announcement: edited", "changed an announcement for {at}"),
    "announcement.refused": _deed("Announcement: refused", "refused the announcement of {whom} for {at}"),
    "announcement.scheduled": _deed("Announcement: scheduled", "scheduled an announcement for {at}"),
    "announcement.sent": _deed("Announcement: posted", "had an announcement posted"),
    "announcement.unauthorised": _deed(
        "Announcement: held back", "held back an announcement of {whom}, who may not make it any more"
    ),
    "away.back": _deed("Away: back", "is back"),
    "away.told": _deed("Away: told", "is away until {until}"),
    "cohort.break": _deed("Calendar: break", "put in a break of {weeks:week} from {from}"),
    "cohort.break-undone": _deed("Calendar: break taken back", "took back the break from {from}"),
    "cohort.created": _deed("Cohort: made", "made the cohort, to start on {starts_on}, {timezone}"),
    "cohort.events": _deed(
        "Calendar: server events",
        "put the calendar among the server's events: {added} added, {moved} moved, {kept} kept",
    ),
    "cohort.finished": _deed("Cohort: finished", "finished the cohort"),
    "cohort.ladder": _deed("Reviews: ladder changed", "changed the ladder of reviews: {changes}"),
    "cohort.paused": _deed("Cohort: paused", "paused the cohort"),
    "cohort.reopened": _deed("Cohort: opened again", "opened the finished cohort again"),
    "cohort.resumed": _deed("Cohort: resumed", "let the cohort go on, {weeks:week} later than planned"),
    "cohort.revised": _deed("Cohort: draft changed", "changed the draft: starts {starts_on}, {timezone}"),
    "cohort.rhythm": _deed("Calendar: rhythm changed", "changed the rhythm from week {from_week}: {changes}"),
    "cohort.roles": _deed("Cohort: Discord roles set", "set the cohort's Discord roles"),
    "cohort.started": _deed("Cohort: started", "started the course"),
    "excuse.given": _deed("Excuse: given", "excused {whom} from {deliverable}"),
    "excuse.undone": _deed("Excuse: taken back", "expects {deliverable} of {whom} again"),
    "extension.asked": _deed("More time: asked for", "asked for {days:more day} for {deliverable}"),
    "extension.declined": _deed("More time: declined", "declined more time for {deliverable} to {whom}"),
    "extension.given": _deed("More time: given", "gave {whom} until {until} for {deliverable}"),
    "extension.withdrawn": _deed(
        "More time: request taken back", "asks no longer for time for {deliverable}"
    ),
    "pairs.allowed": _deed("Pairs: together again", "let {whom} and {other} review each other again"),
    "pairs.forbidden": _deed("Pairs: kept apart", "keeps {whom} and {other} apart"),
    "pairs.run": _deed("Pairs: round run by hand", "paired {deliverable} by hand: {reviews:review}"),
    "pairs.set": _deed("Pairs: review asked by hand", "asked {whom} to review {deliverable} of {other}"),
    "pairs.unset": _deed("Pairs: review taken", "took the review of {deliverable} of {other} from {whom}"),
    "post.failed": _deed("Post: given up", "gave up on a post ({kind}, {key})"),
    "post.skipped": _deed("Post: skipped", "left out a post ({kind}, {key})"),
    "privacy.erased": _deed("Privacy: somebody was forgotten", "asked to be forgotten"),
    "privacy.forgotten": _deed(
        "Privacy: cohort forgotten", "forgot {count:person|people} of the finished cohort"
    ),
    "problem.found": _deed("Problem: found", "found something to mend"),
    "problem.mended": _deed("Problem: mended", "saw something work again ({subject})"),
    "roster.added": _deed("Roster: added", "put {whom} on the roster as {role}"),
    "roster.exported": _deed("Roster: exported", "exported the roster"),
    "roster.joined": _deed(
        "Roster: joined by Discord role", "took {whom} onto the roster as {role}, by Discord role"
    ),
    "roster.role": _deed("Roster: Discord role changed", "chose another Discord role for {role}s"),
    "roster.withdrawn": _deed("Roster: withdrawn", "took {whom} off the roster as {roles}"),
    "work.accepted": _deed("Work: accepted by a mentor", "accepted {deliverable} of {whom}"),
    "work.changes": _deed("Work: changes asked", "asked {whom} for changes in {deliverable}"),
    "work.handed": _deed("Work: handed to a mentor", "handed {deliverable} of {whom} to {other}"),
    "work.released": _deed("Work: released", "let go of {deliverable} of {whom}"),
    "work.reviewing": _deed("Work: reviewed by a mentor", "began a review of {deliverable} of {whom}"),
    "work.taken": _deed("Work: taken up by a mentor", "took up {deliverable} of {whom}"),
}


class _Fact(str):
    __slots__ = ()

    def __format__(self, noun: str) -> str:
        if not noun:
            return str(self)
        one, _, many = noun.partition("|")
        return f"{self} {one if self == '1' else many or one + 's'}"


class _Facts(dict[str, _Fact]):
    def __missing__(self, key: str) -> _Fact:
        return _Fact(GONE)


def title(action: str) -> str:
    """What a kind of act is called."""
    deed = DEEDS.get(action)
    return action if deed is None else deed.title


def sentence(
    action: str,
    detail: Mapping[str, Any],
    *,
    whom: str | None,
    other: str | None,
    shown: Callable[[str, str], str],
) -> str:
    """What was done, to follow whoever did it; `shown` puts a detail by its name and value into words."""
    facts = _Facts({name: _Fact(shown(name, plain(value))) for name, value in detail.items() if plain(value)})
    if whom is not None:
        facts["whom"] = _Fact(whom)
    if other is not None:
        facts["other"] = _Fact(other)
    deed = DEEDS.get(action)
    if deed is not None:
        return deed.words.format_map(facts)
    return f"did “{action}”" + ("" if whom is None else f" to {whom}")


def why(detail: Mapping[str, Any]) -> str:
    """The reason that was given, if one was."""
    return next((plain(detail[name]) for name in WHY if plain(detail.get(name))), "")


def plain(value: Any) -> str:
    """A value from the details as text: `warn 6 → 8` for a change."""
    if isinstance(value, dict):
        changes = cast("dict[str, Any]", value)
        return ", ".join(f"{name} {_change(item)}" for name, item in changes.items())
    if isinstance(value, list):
        return " and ".join(map(plain, cast("list[Any]", value)))
    return "" if value is None else str(value)


def _change(value: Any) -> str:
    return " → ".join(map(plain, cast("list[Any]", value))) if isinstance(value, list) else plain(value)
