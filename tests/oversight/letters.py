"""The longest letter that a lead can get."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.calendar import Break
from bot.cohorts.rules import Member, Running
from bot.mentors.rules import Spread, Turn
from bot.oversight.rules import Coming, News, WeekFigures
from bot.posts.desk_rules import LeadsDigest
from bot.revisions.risk import AtRisk, Reason

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def a_full_letter(running: Running) -> LeadsDigest:
    """About five hundred students who are all at risk, in a week where everything went wrong."""
    people = [Member(id=number, user_id=10**18 + number, name="*" * 100) for number in range(500)]
    reasons = [Reason(words="nothing handed in, no review and no retro for 100 days", since=NOW)] * 3
    spread = Spread(median=timedelta(days=3, hours=7), ninetieth=timedelta(days=30, hours=7))
    found = News(
        since=NOW, students=500, figures=WeekFigures(due=2000, handed_in=1500, late=700),
        before=WeekFigures(due=500, handed_in=0, late=0),
        at_risk=[AtRisk(member=member, reasons=reasons) for member in people], covered=(1000, 1500),
        turnaround=Turn(dealt=999, waiting=spread, working=spread), overdue=[(member, 12) for member in people],
        requests=500, skipped=[(f"kind{number}", "key", "`" * 400) for number in range(50)],
        problems=[("_" * 1000, NOW)] * 20,
        coming=[
            Coming(
                week=running.course.week(number), times=running.week(number),
                due=[item for item in running.course.deliverables if item.week == number],
            )
            for number in (7, 8)
        ],
        breaks=[Break(from_at=NOW, weeks=2, reason="~" * 300)] * 2,
    )  # fmt: skip
    return LeadsDigest(running=running, week=running.course.week(7), news=found)
