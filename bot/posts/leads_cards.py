"""The letter that each lead gets about a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from discord import ui

from bot.calendar import later
from bot.cohorts.rules import Running
from bot.oversight.cards import at_risk, called, figures, listed, opens, overdue
from bot.oversight.rules import Coming, News, WeekFigures
from bot.posts.desk_rules import LeadsDigest
from bot.posts.rendered import Rendered
from bot.ui import CARE, GOOD, Card, row, rule, safe, shortened, stamp, text

ROOM = {"risk": 900, "overdue": 400, "skipped": 500, "problems": 600}  # characters; the rest is in the report
REASON = 120  # of why a post was not sent; the audit log has it whole


def _letter(post: LeadsDigest, mark: int) -> Rendered:
    cohort, found = post.running.cohort, post.news
    problems = [
        f"{shortened(detail, ROOM['problems'] // 2)} (since {stamp(since, 'R')})"
        for detail, since in found.problems
    ]
    parts: list[ui.Item[Any]] = [
        text(
            f"## Week {post.week.number} of {safe(shortened(cohort.name, 80))}, for its leads",
            "-# Only leads get this letter; the digest in the channel names nobody.",
        ),
        text(*_came(found), *figures(found.covered, found.turnaround, found.requests)),
        *(
            listed("At risk", at_risk(found.at_risk, found.since, name=called), ROOM["risk"])
            or [text("**Nobody is at risk.**")]
        ),
        *overdue(found.overdue, ROOM["overdue"], name=called),
        *listed("Posts that were not sent", _skipped(found), ROOM["skipped"]),
        *listed("To mend", problems, ROOM["problems"]),
        rule(),
        text(*_ahead(post.running, found)),
        row(opens(post.running, mark)),
    ]
    return Rendered(card=Card(*parts, accent=CARE if found.at_risk or found.problems else GOOD))


def _came(found: News) -> list[str]:
    lines = [f"**Handed in** · {_counted(found.figures)}"]
    if found.before is not None:
        lines.append(f"-# The week before: {_counted(found.before)}")
    return lines


def _counted(week: WeekFigures) -> str:
    if not week.due:
        return "nothing was due"
    late = f", {week.late} late" if week.late else ""
    return f"{week.handed_in} of {week.due}{late}, {week.missed} missing"


def _skipped(found: News) -> Sequence[str]:
    """What was skipped or given up on, each kind and reason once."""
    counts = Counter((kind, why) for kind, _, why in found.skipped)
    return [
        f"{kind}{f' ({count} times)' if count > 1 else ''}: {safe(shortened(why, REASON))}"
        for (kind, why), count in counts.most_common()
    ]


def _ahead(running: Running, found: News) -> list[str]:
    lines = ["**What comes next**"]
    if not found.coming:
        lines.append("That was the last week's work.")
    lines += [_coming(item) for item in found.coming]
    for pause in found.breaks:
        over = later(pause.from_at, pause.weeks, running.cohort.zone)
        reason = f": {safe(shortened(pause.reason, REASON))}" if pause.reason else ""
        lines.append(f"- A break from {stamp(pause.from_at, 'D')} to {stamp(over, 'D')}{reason}")
    return lines


def _coming(coming: Coming) -> str:
    week, times = coming.week, coming.times
    capstones = [item.name for item in coming.due if item.track == "capstone"]
    also = f", with {'; '.join(capstones)}" if capstones else ""
    return f"- Week {week.number} · {week.title}: from {stamp(times.kickoff, 'D')}, due {stamp(times.deadline)}{also}"


RENDERERS: Mapping[type, Callable[[Any, int], Rendered]] = {LeadsDigest: _letter}
