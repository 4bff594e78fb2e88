"""What the pictures of a cohort say, in words, for those who cannot see them; within Discord's limit for alt text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.curriculum import Deliverable
from bot.oversight.rules import MARKS, OVERVIEW, Mark, Report, Row
from bot.progress.trend_words import counted, cut

NAMED = 200  # characters of the words for whom the picture shows with the most missing
FEW = 4  # deliverables of which there is room to say everything; what two weeks ask for, or a capstone
NOT_ASKED = "not asked for"
STATES: Mapping[Mark, str] = {
    mark: NOT_ASKED if mark in ("excused", "not expected") else mark for mark in MARKS
}
"""What a thin row can still tell apart: a deliverable need not come from whom it is not asked for."""


def place(report: Report) -> str:
    """What the picture is about: the whole course so far, or one week."""
    if report.week is not None:
        return f"Only week {report.week}"
    running, weeks = report.running, len(report.running.times)
    begun = running.begun(report.now)
    if not running.is_over(report.now):
        return f"Week {begun} of {weeks}"
    return "The whole course" if begun == weeks else f"Ended in week {begun} of {weeks}"


def span(report: Report, page: int) -> str:
    """Which of the students a page shows."""
    shown, students = report.page(page), len(report.rows)
    if len(shown) == students:
        return counted(students, "student")
    first = report.rows.index(shown[0]) + 1
    return f"students {first} to {first + len(shown) - 1} of {students}"


def alt_text(report: Report, page: int) -> str:
    """What one picture says, in words, within Discord's limit for alt text."""
    return alt_overview(report) if page == OVERVIEW else _alt_page(report, page)


def _alt_page(report: Report, page: int) -> str:
    rows = report.page(page)
    name = " ".join(report.running.cohort.name.split())[:80]
    counts = Counter(row.cells[item.key].mark for row in rows for item in report.deliverables)
    late = sum(row.cells[item.key].line.late for row in rows for item in report.deliverables)
    asked = counted(len(report.deliverables), "deliverable")
    marks = [f"{mark} {counts[mark]}" for mark in MARKS if counts[mark]]
    said = [
        f"Heat map of {name}, {place(report).lower()}: {span(report, page)}, {asked}.",
        f"{', '.join(marks).capitalize()}; of all that came, {late} late."
        if marks
        else "Nothing to show yet.",
        *_at_risk(report, rows),
        _by_deliverable(report, rows),
        _most_missing(report, rows),
    ]
    return cut(" ".join(sentence for sentence in said if sentence))


def in_states(report: Report, item: Deliverable) -> Counter[str]:
    """How many students are in which state with a deliverable."""
    return Counter(STATES[row.cells[item.key].mark] for row in report.rows)


def alt_overview(report: Report) -> str:
    """What the picture of everybody says, in words, within Discord's limit for alt text."""
    name = " ".join(report.running.cohort.name.split())[:80]
    students, asked = counted(len(report.rows), "student"), counted(len(report.deliverables), "deliverable")
    by_item = {item.key: in_states(report, item) for item in report.deliverables}
    lacking = Counter(min(2, len(report.missing(row))) for row in report.rows)
    said = [
        f"Heat map of everybody in {name}, {place(report).lower()}: {students} without names, most missing first, "
        f"{asked}."
    ]
    if not by_item:
        return cut(f"{said[0]} Nothing to show yet.")
    said.append(_states(sum(by_item.values(), Counter[str]())).capitalize() + ".")
    if report.has_fallen_due:
        amounts = ("Missing nothing", "one piece of work", "more")
        people = [f"{words}: {counted(lacking[many], 'student')}" for many, words in enumerate(amounts)]
        said.append("; ".join(people) + ".")
    said += _at_risk(report, report.rows)
    said.append(_by_deliverable(report, report.rows))
    if len(by_item) <= FEW:
        said += [f"{key}: {_states(found)}." for key, found in by_item.items()]
    return cut(" ".join(said))


def _states(found: Counter[str]) -> str:
    return ", ".join(f"{state} {found[state]}" for state in dict.fromkeys(STATES.values()) if found[state])


def _by_deliverable(report: Report, rows: Sequence[Row]) -> str:
    missing = Counter(item.key for row in rows for item in report.missing(row))
    if not rows:
        return "Nobody is on the roster as a student yet."
    if not report.has_fallen_due:
        return "Nothing is due yet."
    if not missing:
        return "Nothing is missing."
    return (
        "Missing by deliverable: "
        + ", ".join(f"{key} {count}" for key, count in sorted(missing.items()))
        + "."
    )


def _at_risk(report: Report, rows: Sequence[Row]) -> list[str]:
    """How many of these students are at risk, which the picture marks where it is so."""
    risky = {item.member.id for item in report.at_risk}
    count = sum(row.member.id in risky for row in rows)
    return [f"At risk: {counted(count, 'student')}."] if count else []


def _most_missing(report: Report, rows: Sequence[Row]) -> str:
    """Whom most is missing from, as many as have room."""
    lacking = sorted((row for row in rows if report.missing(row)), key=lambda row: -len(report.missing(row)))
    said: list[str] = []
    for row in lacking:
        words = f"{' '.join(row.member.name.split())[:40]} {len(report.missing(row))}"
        if sum(map(len, said)) + len(words) > NAMED:
            said.append(f"and {len(lacking) - len(said)} more students")
            break
        said.append(words)
    return f"Most missing: {', '.join(said)}." if said else ""
