"""What the course looks like: a week, the overview, the lists, and what a search found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.course import rules
from bot.course.rules import Place
from bot.course.search import Found, Hit
from bot.curriculum import Capstone, Curriculum, Deliverable, DeliverableSpec, Resource, Week
from bot.ui import CARE, Card, Pick, Press, bullets, parts_of, plural, row, rule, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary

WEEK_LIMIT = 3400  # of a message's 4,000: the rest is for its heading, dates and greeting
SHEET_LIMIT = 3800  # of text in one message of a list
HITS_LIMIT = 3500  # of text for what a search found; marked words take more room than plain ones
CHOICES = 25  # Discord's, for the entries of a menu


def week_parts(course: Curriculum, week: Week) -> list[ui.Item[Any]]:
    """A week without its title and dates, as the kickoff and `/week` both show it: at most 3,400 characters."""
    stage, spec = course.stage(week.stage), week.deliverable
    about = f"-# {stage.title} · {', '.join(stage.verbs)}\n{week.summary}"
    work = f"**Deliverable: {spec.title}**\n{spec.brief}\n{evidence(spec)}"
    outcomes = "**Outcomes**\n" + bullets(course.outcomes_of(week))
    # A lab is cut only where a course file fills every text to its limit.
    room = WEEK_LIMIT - len(about) - len(work) - len(outcomes) - len("**Lab**\n")
    lab = "**Lab**\n" + shortened(week.lab, room)
    return [text(about), rule(), text(lab), rule(), text(work), rule(), text(outcomes)]


def evidence(spec: DeliverableSpec | Deliverable) -> str:
    """What proves a deliverable, as a list."""
    return bullets(f"🔗 {item.label}" + ("" if item.required else " *(optional)*") for item in spec.evidence)


def due(moment: datetime) -> str:
    """A deadline as a date, and how far away it is."""
    return f"{stamp(moment)} ({stamp(moment, 'R')})"


def week_card(place: Place, number: int, now: datetime) -> Card:
    """One week for somebody who asked for it."""
    week = place.course.week(number)
    parts: list[ui.Item[Any]] = [text(f"# Week {number} · {week.title}", *_where(place, number, now))]
    parts += [*week_parts(place.course, week), rule(), text(*_due_in(place, number))]
    return Card(*parts, _week_buttons(place, number))


def _where(place: Place, number: int, now: datetime) -> list[str]:
    """Where the week lies in the cohort's calendar."""
    if place.dates is None:
        return ["-# No cohort meets here yet, so this week has no dates."]
    times = place.dates.week(number)
    if now < times.kickoff:
        return [f"-# Begins {due(times.kickoff)}"]
    return ["-# This week" if now < times.ends else f"-# Ended {stamp(times.ends, 'R')}"]


def _due_in(place: Place, number: int) -> list[str]:
    deadline = place.due(place.course.deliverable(f"w{number:02}"))
    lines = [] if deadline is None else [f"**Due** {due(deadline)}"]
    capstone = rules.capstone_work(place.course, number)
    if capstone:
        also = "**Capstone work due at the same time**" if lines else "**Capstone work due with this week**"
        lines += [also, bullets(item.name for item in capstone)]
    return lines or ["-# Handed in by the end of the week."]


def _week_buttons(place: Place, number: int) -> ui.ActionRow[Any]:
    buttons: list[ui.Item[Any]] = []
    if place.dates is not None:
        key = f"{place.cohort_id}.w{number:02}"
        buttons.append(Press("Submit", "submit.open", key, style=PRIMARY, emoji="📎"))
    for label, other in ((f"◀ Week {number - 1}", number - 1), (f"Week {number + 1} ▶", number + 1)):
        if 1 <= other <= place.last:
            buttons.append(Press(label, "week.show", f"{place.cohort_id}.{other}"))
    return row(*buttons) if buttons else row(_this_week(place))


def _this_week(place: Place) -> Press:
    return Press("This week", "week.show", f"{place.cohort_id}.0")


def overview(place: Place, now: datetime) -> list[Card]:
    """The course at a glance, its rhythm, and a menu of its weeks."""
    course, facts = place.course, place.course.course
    blocks = [
        f"# {facts.title}\n{facts.school} · {facts.level} · {facts.study_time}",
        facts.welcome,
        f"**What it is**\n{facts.summary}",
        "**Stages**\n" + bullets(_stages(course)),
        "**Every week**\n" + bullets(f"**{item.title}**: {item.sentence}" for item in course.practices),
        _rhythm(place),
    ]
    if course.capstones:
        blocks.append("**Capstones**\n" + bullets(_capstone_line(place, item) for item in course.capstones))
    return _sheets([f"{block}\n" for block in blocks], row(_weeks_menu(place, now)), row(_this_week(place)))


def _stages(course: Curriculum) -> Iterable[str]:
    for stage in course.stages:
        first, last = rules.weeks_of(course, stage)
        span = f"week {first}" if first == last else f"weeks {first}–{last}"
        yield f"**{stage.title}** ({span}): {', '.join(verb.lower() for verb in stage.verbs)}"


def _rhythm(place: Place) -> str:
    zone = "in the cohort's own time" if place.dates is None else f"{place.dates.cohort.timezone} time"
    return f"**Rhythm** ({zone})\n" + bullets(rules.rhythm(place.course))


def _capstone_line(place: Place, capstone: Capstone) -> str:
    moment = _capstone_due(place, capstone)
    when = (
        f"due in week {_capstone_week(place.course, capstone)}" if moment is None else f"due {stamp(moment)}"
    )
    return f"**{capstone.number}. {capstone.title}**, {when}"


def _capstone_week(course: Curriculum, capstone: Capstone) -> int:
    return course.parts_of(capstone)[0].week


def _capstone_due(place: Place, capstone: Capstone) -> datetime | None:
    return place.due(place.course.parts_of(capstone)[0])


def _weeks_menu(place: Place, now: datetime) -> Pick:
    """The course's weeks to choose from; of more than a menu holds, those from just before now on."""
    first = max(0, min(place.position(now) - 4, place.last - CHOICES))
    options = [
        discord.SelectOption(
            label=shortened(f"Week {week.number} · {week.title}", 100), value=str(week.number)
        )
        for week in place.course.weeks[first : first + CHOICES]
    ]
    return Pick("Look at a week…", "course.week", place.cohort_id, options=options)


def _sheets(lines: Sequence[str], *below: ui.Item[Any]) -> list[Card]:
    """Texts as one card, or as several where one message cannot hold them; the last has the buttons."""
    *earlier, last = parts_of(lines, SHEET_LIMIT)
    return [*(Card(text(part)) for part in earlier), Card(text(last), *below)]


def roadmap(place: Place) -> list[Card]:
    """Where the course leads, stop by stop."""
    stops = [
        f"**{number}. {stop.title}**\n{stop.sentence}" for number, stop in enumerate(place.course.roadmap, 1)
    ]
    if not stops:
        return [Card(text("This course has no roadmap. `/course overview` shows its stages."))]
    return _sheets(["# Roadmap", *stops], row(_this_week(place)))


def resources(place: Place) -> list[Card]:
    """What is worth keeping at hand, and the courses that go well with this one."""
    course = place.course
    lines = ["# Resources", *map(_resource, course.resources)] if course.resources else []
    if course.complementary:
        lines += ["## Goes well with this course", *map(_resource, course.complementary)]
    return _sheets(lines or ["This course lists no resources. Each week's lab names what it needs."])


def _resource(item: Resource) -> str:
    link = "" if item.url is None else f" <{item.url}>"
    return f"- **{item.title}**: {item.sentence}{link}"


def capstones(place: Place) -> list[Card]:
    """Every capstone with what is handed in and when, one card each."""
    if not place.course.capstones:
        return [Card(text("This course has no capstones. `/week` shows what each week asks for."))]
    return [_capstone(place, capstone) for capstone in place.course.capstones]


def _capstone(place: Place, capstone: Capstone) -> Card:
    work = place.course.parts_of(capstone)
    policy, moment = place.course.policy("capstone"), _capstone_due(place, capstone)
    when = f"Due with week {work[0].week}" + ("" if moment is None else f": {due(moment)}")
    parts: list[ui.Item[Any]] = [
        text(
            f"## Capstone {capstone.number} · {capstone.title}",
            capstone.summary,
            f"**{when}**, with {plural(policy.reviewers, 'reviewer')} for each deliverable",
        )
    ]
    for item in work:
        number = item.key.removeprefix("c")
        parts += [rule(), text(f"**{number} {item.title}**", item.brief, evidence(item))]
    if place.dates is not None:
        parts.append(row(*(_hand_in(place, item) for item in work)))
    return Card(*parts)


def _hand_in(place: Place, item: Deliverable) -> Press:
    return Press(f"Submit {item.key.removeprefix('c')}", "submit.open", f"{place.cohort_id}.{item.key}")


def found(place: Place, query: str, result: Found) -> Card:
    """What a search found, each with the words around it, and a menu of the weeks among it."""
    asked = safe(" ".join(query.split()))
    if not result.hits:
        return Card(text(f"## Nothing about “{asked}”", _try_instead(result)), accent=CARE)
    shown = "" if result.total <= len(result.hits) else f"; these are the {len(result.hits)} that fit best"
    lines = [f"## Search: {asked}", f"-# {plural(result.total, 'place')} in the course{shown}"]
    parts: list[ui.Item[Any]] = [
        text(*lines),
        text(parts_of([_hit(hit) for hit in result.hits], HITS_LIMIT)[0]),
    ]
    weeks = [hit for hit in result.hits if hit.week is not None]
    if weeks:
        options = [
            discord.SelectOption(label=shortened(f"{hit.place} · {hit.title}", 100), value=str(hit.week))
            for hit in weeks
        ]
        parts.append(row(Pick("Open a week…", "course.week", place.cohort_id, options=options)))
    return Card(*parts)


def _hit(hit: Hit) -> str:
    words = "".join(f"**{safe(piece)}**" if is_found else safe(piece) for piece, is_found in hit.excerpt)
    part = f", in its {hit.part}" if hit.part else ""
    return f"**{hit.place} · {safe(hit.title)}**{part}\n> {words}\n"  # the empty line ends the quote


def _try_instead(result: Found) -> str:
    if result.near:
        near = ", ".join(f"`{word}`" for word in result.near)
        return f"The course does not use that word. Did you mean {near}?"
    if len(result.words) > 1:
        return "No place in the course has all of these words together. Try one of them alone."
    return "The course does not use that word. Try a shorter one, or look around with `/course overview`."
