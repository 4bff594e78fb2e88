"""What only the file as a whole can show: numbers, names, order, and texts that must share one post.

These read the places of the file and not the models, so they speak even when the models have complaints too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from string import Formatter

from bot.curriculum.marks import Place
from bot.curriculum.mistakes import Mistake, hint, shown
from bot.curriculum.policy import STEPS, Ladder, RiskPolicy, Step, disorder
from bot.curriculum.values import Moment

LONGEST_OUTCOME = 230
LONGEST_POST = 3300  # of a post's 4,000 characters; the rest is for headings, dates and buttons
LAST_WEEK = 52

_BLANKS = frozenset({"verb", "title"})


def check(course: Place) -> Iterator[Mistake]:
    """Every mistake that takes more than one value to see."""
    yield from _repeats(course)
    yield from _unknown_names(course)
    yield from _week_numbers(course)
    yield from _split_stages(course)
    yield from _rhythm(course["rhythm"])
    yield from _ladder(course["review"]["ladder"])
    yield from _risk(course["risk"])
    yield from _foundations(course)
    yield from _evidence(course)
    yield from _outcomes(course)
    yield from _long_posts(course)


def _specs(course: Place) -> Iterator[Place]:
    """Every deliverable, the weeks' and the capstones'."""
    for week in course["weeks"].items():
        yield week["deliverable"]
    for capstone in course["capstones"].items():
        yield from capstone["deliverables"].items()


def _repeats(course: Place) -> Iterator[Mistake]:
    yield from _twice("week", (week["number"] for week in course["weeks"].items()))
    yield from _twice("capstone", (capstone["number"] for capstone in course["capstones"].items()))
    yield from _twice("stage", (stage["key"] for stage in course["stages"].items()))
    yield from _twice("practice", (practice["key"] for practice in course["practices"].items()))
    yield from _twice("rubric", (rubric["key"] for rubric in course["rubrics"].items()))
    for rubric in course["rubrics"].items():
        yield from _twice("criterion", (criterion["key"] for criterion in rubric["criteria"].items()))
    for spec in _specs(course):
        yield from _twice("evidence", (evidence["kind"] for evidence in spec["evidence"].items()))


def _twice(what: str, names: Iterable[Place]) -> Iterator[Mistake]:
    first: dict[str | int, int] = {}
    for place in names:
        name = place.text if place.number is None else place.number
        if name == "":
            continue
        if name in first:
            yield place.mistake(f"{what} {name} appears twice (first at line {first[name]})")
        first.setdefault(name, place.line)


def _unknown_names(course: Place) -> Iterator[Mistake]:
    rubrics = [rubric["key"].text for rubric in course["rubrics"].items()]
    stages = [stage["key"].text for stage in course["stages"].items()]
    for spec in _specs(course):
        yield from _unknown("rubric", spec["rubric"], rubrics)
    for user in (*course["weeks"].items(), *course["capstones"].items()):
        yield from _unknown("stage", user["stage"], stages)
    taught = {week["stage"].text for week in course["weeks"].items()}
    if taught and taught <= set(stages):  # else a week's misspelt stage may be the one
        for stage in (capstone["stage"] for capstone in course["capstones"].items()):
            if stage.text in stages and stage.text not in taught:
                yield stage.mistake(f"stage {stage.text!r} has no weeks, so this capstone would never be due")


def _unknown(what: str, place: Place, known: Collection[str]) -> Iterator[Mistake]:
    if place.text and known and place.text not in known:
        yield place.mistake(f"there is no {what} {shown(place.text)}{hint(place.text, known)}")


def _numbered(course: Place) -> Iterator[tuple[int, Place]]:
    """Each week whose number can be one, a number once, in the order of the file."""
    seen: set[int] = set()
    for week in course["weeks"].items():
        number = week["number"].number
        if number is not None and 1 <= number <= LAST_WEEK and number not in seen:
            seen.add(number)
            yield number, week


def _week_numbers(course: Place) -> Iterator[Mistake]:
    weeks = list(_numbered(course))
    for (before, _), (number, week) in pairwise(weeks):
        if number < before:
            yield week["number"].mistake(f"week {number} stands after week {before}; put the weeks in order")
    if any(week["number"].number is None for week in course["weeks"].items()):
        return  # what seems missing may be the one that cannot be read
    previous = 0
    for number, week in sorted(weeks, key=lambda item: item[0]):
        if number > previous + 1:
            absent = _range(previous + 1, number - 1)
            yield week["number"].mistake(f"{absent} missing before week {number}")
        previous = number


def _range(first: int, last: int) -> str:
    return f"week {first} is" if first == last else f"weeks {first} to {last} are"


def _split_stages(course: Place) -> Iterator[Mistake]:
    over: dict[str, int] = {}  # the last week of each stage so far
    current = ""
    for number, week in sorted(_numbered(course), key=lambda item: item[0]):
        stage = week["stage"]
        if not stage.text:
            continue
        if stage.text != current and stage.text in over:
            yield stage.mistake(
                f"stage {stage.text!r} ended in week {over[stage.text]}; keep the weeks of a stage together"
            )
        current = stage.text
        over[current] = number


def _rhythm(rhythm: Place) -> Iterator[Mistake]:
    kickoff, nudge, deadline = (_moment(rhythm[key]) for key in ("kickoff", "nudge", "deadline"))
    if kickoff and nudge and deadline and nudge.minutes_after(kickoff) >= deadline.minutes_after(kickoff):
        yield rhythm["nudge"].mistake(
            f"in a week that begins {kickoff}, the nudge ({nudge}) must come before the deadline ({deadline})"
        )


def _moment(place: Place) -> Moment | None:
    try:
        return Moment.parse(place.value)
    except ValueError:
        return None


def _ladder(ladder: Place) -> Iterator[Mistake]:
    hours: dict[Step, int] = {}
    defaults: list[Step] = [step for step in STEPS if step not in ladder.keys]
    for step in STEPS:
        least, most = Ladder.bounds(step)
        number = getattr(Ladder(), step) if step in defaults else ladder[step].number
        if number is not None and least <= number <= most:
            hours[step] = number
    for pair, words in disorder(hours, defaults):
        written = next((step for step in pair if step not in defaults), None)
        if written is not None:
            yield ladder[written].mistake(words)


def _risk(risk: Place) -> Iterator[Mistake]:
    """More weeks cannot be missed than are looked at."""
    usual = RiskPolicy()
    missed = usual.missed if "missed" not in risk.keys else risk["missed"].number
    of = usual.of if "of" not in risk.keys else risk["of"].number
    if missed is not None and of is not None and missed > of:
        written = risk["missed"] if "missed" in risk.keys else risk["of"]
        yield written.mistake(
            f"`missed` ({missed}) is more than the latest weeks that are looked at (`of`: {of})"
        )


def _foundations(course: Place) -> Iterator[Mistake]:
    """What is wrong with the weeks that deliverables rest on."""
    weeks = dict(_numbered(course))
    if any(week["number"].number is None for week in course["weeks"].items()):
        return  # what seems missing may be the one that cannot be read
    for number, week in weeks.items():
        yield from _rests(week["deliverable"]["rests_on"], weeks, number, itself=True)
    for capstone in course["capstones"].items():
        stage = capstone["stage"].text
        last = max((number for number, week in weeks.items() if week["stage"].text == stage), default=None)
        for spec in capstone["deliverables"].items():
            yield from _rests(spec["rests_on"], weeks, last, itself=False)


def _rests(names: Place, weeks: Collection[int], due: int | None, *, itself: bool) -> Iterator[Mistake]:
    """`due` is the week of the work that rests on them, and `itself` whether it is that week's own."""
    seen: set[int] = set()
    for place in names.items():
        number = place.number
        if number is None or not 1 <= number <= LAST_WEEK:
            continue
        if number not in weeks:
            yield place.mistake(f"there is no week {number} to rest on; the last is {max(weeks, default=0)}")
        elif number in seen:
            yield place.mistake(f"week {number} is named twice")
        elif itself and number == due:
            yield place.mistake(f"the work of week {number} cannot rest on itself; name earlier weeks")
        elif due is not None and number > due:
            yield place.mistake(f"week {number} comes after week {due}, in which this work is due")
        seen.add(number)


def _evidence(course: Place) -> Iterator[Mistake]:
    for spec in _specs(course):
        evidence = list(spec["evidence"].items())
        if evidence and all(item["required"].value is False for item in evidence):
            yield spec["evidence"].mistake("none of this evidence is required; work needs at least one proof")


def _outcomes(course: Place) -> Iterator[Mistake]:
    for index, template in enumerate(course["outcomes"].items()):
        if not template.text:
            continue
        if flaw := _flaw(template.text):
            yield template.mistake(flaw)
            continue
        length, number = max(
            (len(_filled(course, index, week)), number)
            for number, week in (*_numbered(course), (0, Place(1, 1)))
        )
        if length > LONGEST_OUTCOME:
            yield template.mistake(f"is {length} characters in week {number}, at most {LONGEST_OUTCOME}")


def _flaw(template: str) -> str:
    """What is wrong with the blanks of an outcome; an empty text if nothing is."""
    try:
        blanks = [part for part in Formatter().parse(template) if part[1] is not None]
    except ValueError:
        return "has a lone brace; write {verb} and {title} for what is filled in, and {{ for a brace"
    for _, name, form, conversion in blanks:
        blank = f"{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}"
        if blank not in _BLANKS:
            return f"{{{blank}}} cannot be filled in{hint(blank, sorted(_BLANKS))}"
    return ""


def _filled(course: Place, index: int, week: Place) -> str:
    """The outcome as this week shows it; an empty text if the course cannot tell."""
    template = course["outcomes"][index].text
    if not template or _flaw(template):
        return ""
    stages = (stage for stage in course["stages"].items() if stage["key"].text == week["stage"].text)
    verb = next((stage["verbs"][index].text for stage in stages), "")
    return template.format(verb=verb, title=week["title"].text)


def _long_posts(course: Place) -> Iterator[Mistake]:
    practices = sum(len(practice["sentence"].text) for practice in course["practices"].items())
    topical = range(len(course["outcomes"].parts))
    for week in course["weeks"].items():
        outcomes = sum(len(_filled(course, index, week)) for index in topical)
        length = _texts(week, "title", "summary", "lab") + _spec(week["deliverable"]) + outcomes + practices
        yield from _too_long(week, f"the kickoff of week {week['number'].number}", length)
    for capstone in course["capstones"].items():
        length = _texts(capstone, "title", "summary") + sum(map(_spec, capstone["deliverables"].items()))
        yield from _too_long(capstone, f"the page of capstone {capstone['number'].number}", length)
    for name in ("roadmap", "resources", "complementary"):
        length = sum(_texts(entry, "title", "sentence", "url") for entry in course[name].items())
        yield from _too_long(course[name], f"the page of {name}", length)


def _spec(spec: Place) -> int:
    labels = sum(len(evidence["label"].text) for evidence in spec["evidence"].items())
    return _texts(spec, "title", "brief") + labels


def _texts(place: Place, *keys: str) -> int:
    return sum(len(place[key].text) for key in keys)


def _too_long(place: Place, what: str, length: int) -> Iterator[Mistake]:
    if length > LONGEST_POST:
        yield place.mistake(
            f"{what} comes to {length:,} characters, at most {LONGEST_POST:,}; shorten its texts"
        )
