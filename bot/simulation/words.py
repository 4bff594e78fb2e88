"""What made-up people write: parts that combine into more sentences than one person needs in a whole course."""

from __future__ import annotations

import random

from bot.reviews.rules import Point, PointKind, Severity

_SAW = (
    "The failing case is shown before and after",
    "The memo names what was rejected and what it would have cost",
    "Everything ran from the README on the first try, the load script too",
    "The tests fail as soon as the guard is removed",
    "The boundary between transport and domain is drawn where I would look for it",
    "The numbers come with the machine and the command that made them",
    "Every refusal says what was wrong with the request and what would be right",
    "The migration can be run twice, and the second run changes nothing",
    "The log of one request reads like a story from start to end",
    "The commit history shows the order in which you understood the problem",
    "The diagram has a number on every arrow, and the numbers add up",
    "The slow path is measured apart from the fast one",
)
_TRIED = (
    "I checked by commenting it out",
    "I ran it on a slower machine than yours, and it held",
    "I sent it three bodies that nobody should send",
    "I killed it halfway and looked at what was left",
    "I read it twice and found no step that I had to guess",
    "I followed one request through all layers",
    "I compared it with my own work of this week",
    "I gave it an empty table and then a very large one",
)
_SO = (
    "that made it easy to disagree with the right thing",
    "a newcomer could change this next week",
    "I will borrow the idea for my own service",
    "nothing had to be taken on trust",
    "the risk you name is the one that I would have asked about",
    "it took me ten minutes to be convinced instead of an hour",
    "I could see the difference for myself",
    "the next person on call will thank you",
)

_POINTS: tuple[tuple[PointKind, Severity, str, str], ...] = (
    ("defect", "high", "README, setup", "The second command needs an environment variable that is set nowhere"),
    ("defect", "high", "cancellation", "A cancelled order still holds its seat until the process restarts"),
    ("defect", "medium", "error handling", "A body over the limit gives a 500, and a 413 with the limit would help"),
    ("defect", "medium", "pagination", "The last page repeats one row when something is inserted meanwhile"),
    ("defect", "medium", "time zones", "An event on the last Sunday of March is an hour early in the listing"),
    ("defect", "low", "tests, names", "Two tests share a name, so that one of them never shows up in a report"),
    ("defect", "low", "logging", "The request id is missing from the lines that the worker writes"),
    ("risk", "high", "timeouts", "The outgoing call has no deadline, and one slow partner would hold every worker"),
    ("risk", "high", "retries", "A retry without jitter sends every client back at the same instant"),
    ("risk", "medium", "migrations", "The index is built while the table is locked, which will be felt on real data"),
    ("risk", "medium", "cache", "When the hot key expires everybody asks the database at once"),
    ("risk", "medium", "secrets", "The example file holds a key that looks real, and somebody will use it"),
    ("risk", "low", "dependencies", "Versions are open at the top, so that next month's install may not be this one"),
    ("suggestion", "medium", "memo, opening", "Begin with the decision, which comes in the fourth paragraph now"),
    ("suggestion", "medium", "load report", "Show the run that broke it beside the run that held"),
    ("suggestion", "low", "diagram", "A label on each arrow would say who calls whom and with what"),
    ("suggestion", "low", "load report", "Put p99 beside p95, because the tail is where this design differs"),
    ("suggestion", "low", "names", "Call the handler after what it decides and not after its route"),
)  # fmt: skip
_HOW = (
    "I met it on my second try",
    "it took me a while to see why",
    "a test for it would be three lines",
    "the lab names this very case",
    "I may be wrong, so show me if it is meant that way",
    "the memo could say why it is left like this",
    "I had the same in my own work last week",
    "it is quick to see with the script that you ship",
    "it only shows under load",
    "the next week builds on this",
)

_FIXED = (
    "Done, and there is a test that fails without it.",
    "Mended in the newest revision; the memo has a line about it.",
    "You were right. I moved it to where both callers pass through.",
    "",
    "Changed, and measured again: the table in the report is new.",
)
_EXPLAINED = (
    "It stays for now: the lab asks for one process, and there the case cannot happen.",
    "The limit is on purpose, and the memo now says which number it comes from.",
    "Both ways cost about the same here, so I kept the one with fewer moving parts.",
    "This is covered by the check one layer up; I added a comment that points there.",
)
_DECLINED = (
    "I would rather not: it doubles the code for a case that the brief leaves out.",
    "I tried it and the tail got worse, so the old way stays. The numbers are in the report.",
    "That belongs to next week's lab, and there I will come back to it.",
)
_STILL_OPEN = (
    "The test still passes with the change taken out, so it does not prove the fix yet.",
    "It works for the example, and the same request with two items still fails.",
    "I see the comment, but the second caller does not go through that check.",
    "The new table has no command beside it, so I could not repeat the numbers.",
)
_CANNOT = (
    "We built this one together, so I would not be fair.",
    "My machine cannot run the load script, and half of the work is there.",
    "I am at a conference until the reviews are due.",
)
_CHANGES = (
    "Close to done. Show one run in which the limit is reached, and say in the memo what you would do next.",
    "The design is sound. The evidence is not there yet: add the failing case, before and after.",
    "Please answer the open risk about deadlines in the memo, with the number that you settled on.",
)
_REASONS = (
    "What is left is small, and the work shows that it is understood.",
    "The earlier weeks are on their way; this piece stands on its own.",
    "I looked at the open point myself and side with the author.",
)
_RETAIN = (
    "Writing the failing test first. It kept the lab small.",
    "Measuring before changing anything.",
    "Asking for a second pair of eyes on Thursday instead of Sunday.",
)
_IMPROVE = (
    "Start the memo on Wednesday, while I still remember why I chose what.",
    "Read the whole brief before I write the first line.",
    "Keep the load script in the repository from the first day.",
    "Stop polishing the README and push the work earlier.",
    "Ask when I am stuck for longer than half an hour.",
)
_SCALE = (
    "The way we keep the decision log could serve every week.",
    "A shared template for measurements: machine, command, numbers.",
    "Reviewing in two passes: run it first, read it second.",
)


def strength(dice: random.Random) -> str:
    """What is good about a piece of work."""
    saw, tried, so = dice.choice(_SAW), dice.choice(_TRIED), dice.choice(_SO)
    return dice.choice((f"{saw}. {tried}: {so}.", f"{saw}, and {so}. {tried}.", f"{tried}. {saw}: {so}."))


def points(dice: random.Random, count: int) -> list[Point]:
    """Things to mend, to watch or to try, the gravest first."""
    found = [
        Point(kind=kind, severity=severity, place=place, body=_body(dice, body))
        for kind, severity, place, body in dice.sample(_POINTS, count)
    ]
    return sorted(found, key=lambda point: ("high", "medium", "low").index(point.severity))


def _body(dice: random.Random, body: str) -> str:
    how = dice.choice(_HOW)
    return dice.choice((f"{body}; {how}.", f"{body}. {how[0].upper()}{how[1:]}."))


def answer(dice: random.Random, kind: str) -> str:
    """What an author says to a point: fixed (words may be left out), explained or declined."""
    return dice.choice({"fixed": _FIXED, "explained": _EXPLAINED, "declined": _DECLINED}[kind])


def still_open(dice: random.Random) -> str:
    """What a reviewer still misses."""
    return dice.choice(_STILL_OPEN)


def cannot(dice: random.Random) -> str:
    """Why somebody hands a review back."""
    return dice.choice(_CANNOT)


def changes(dice: random.Random) -> str:
    """What a mentor asks for."""
    return dice.choice(_CHANGES)


def reason(dice: random.Random) -> str:
    """Why a mentor accepts work although something is missing."""
    return dice.choice(_REASONS)


def retro(dice: random.Random) -> tuple[str, str, str]:
    """What somebody retains, improves and scales."""
    return dice.choice(_RETAIN), dice.choice(_IMPROVE), dice.choice(_SCALE)
