"""What leads see of the pairs: a round before it runs, a review asked by hand, and who met whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.cohorts.rules import Cohort, Member
from bot.reviews.by_hand import Line, Preview
from bot.reviews.meetings import History, Met
from bot.reviews.wishes import Taking, Wish
from bot.reviews.words import fitted
from bot.ui import CARE, GOOD, Card, Press, bullets, parts_of, plural, row, rule, safe, stamp, text

PRIMARY = discord.ButtonStyle.primary
LINES_A_PAGE = 14  # a reviewer with three authors, whose names all need escaping, takes about 180 characters
PAIRS_A_PAGE = 12
NAME_SHOWN = 30
NAMES_SHOWN = 8  # of those who are away or lack reviews; the lines show the rest
WEEKS_SHOWN = 6  # of the works in which two people met; more say less


def preview(shown: Preview, page: int) -> Card:
    """One page of a round that has not run, as it would be paired now."""
    key = f"{shown.running.cohort.id}.{shown.deliverable.key}"
    return Card(
        text(
            f"## If it were paired now: {safe(shown.deliverable.name)}",
            f"Nothing is written or said yet. The pairing comes {_deadline(shown)}; who hands in, takes up work or is "
            "away by then changes it.",
        ),
        *_round(shown, page),
        *_pages_beside("pairs.look", key, page, _pages(shown)),
    )


def run_asked(shown: Preview, page: int, *, changed: bool = False) -> Card:
    """The round as it will be paired, to be confirmed; `changed` is whether it looked otherwise a moment ago."""
    cohort = shown.running.cohort
    key = f"{cohort.id}.{shown.deliverable.key}"
    posted = (
        f"The pairs are made and posted in <#{cohort.channel_id}> now; reviews are due {stamp(shown.due_at)}."
    )
    follows = [
        posted if _asked(shown) else "Nobody new is asked for a review, so nothing is posted.",
        "Who hands in later joins on arrival: the least loaded take one more, and no pair is parted.",
        f"The pairing {_deadline(shown)} finds this one done.",
    ]
    if shown.others:
        follows.append(f"It pairs {_listed(safe(item.name) for item in shown.others)} as planned.")
    again = (
        ["**Something has changed since you looked.** This is how it would turn out now."] if changed else []
    )
    return Card(
        text(f"## Pair {safe(shown.deliverable.name)} now?", *again, bullets(follows)),
        *_round(shown, page),
        *_pages_beside("pairs.weigh", key, page, _pages(shown)),
        row(
            Press("Run it", "pairs.run", f"{key}.{shown.mark}", style=PRIMARY),
            Press("Not yet", "pairs.leave", cohort.id),
        ),
        accent=CARE,
    )


def has_run(shown: Preview) -> Card:
    """The round was paired by hand."""
    reviews, channel = _asked(shown), f"<#{shown.running.cohort.channel_id}>"
    said = "nobody new is asked for a review, so nothing is posted."
    if reviews:
        said = f"{plural(reviews, 'review')} asked for, due {stamp(shown.due_at)}. The post follows in {channel}."
    return Card(text(f"{safe(shown.deliverable.name)} is paired: {said}"), accent=GOOD)


def _asked(shown: Preview) -> int:
    """How many reviews the round newly asks for."""
    return sum(len(line.asked) for line in shown.lines)


def _deadline(shown: Preview) -> str:
    at = shown.running.deadline(shown.deliverable)
    return f"at the deadline, {stamp(at)} ({stamp(at, 'R')})"


def _pages(shown: Preview) -> int:
    return max(1, -(-len(shown.lines) // LINES_A_PAGE))


def _round(shown: Preview, page: int) -> list[ui.Item[Any]]:
    """Who would review whom, and what is worth knowing about it."""
    page = min(max(page, 1), _pages(shown))
    lines = [_line(line) for line in shown.lines[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE]]
    repeats = sum(1 for line in shown.lines for _, times in line.asked if times)
    taken = sum(len(line.already) for line in shown.lines)
    facts = [
        f"**{plural(_asked(shown), 'review')}** to ask for, {taken} there already, "
        f"{plural(repeats, 'repeat')} of an earlier pair."
    ]
    if shown.missing:
        facts.append(f"**Have not handed it in**: {_names(shown.missing)}.")
    if shown.away:
        facts.append(f"**Away when they are due**, so asked for nothing: {_names(shown.away)}.")
    if shown.lacking:
        people = [member for member, _ in shown.lacking]
        facts.append(f"**Too few classmates** for {_names(people)}: volunteers or a mentor cover the rest.")
    if shown.deliverable.blind:
        facts.append("-# This round is blind. Only leads see these names; students never do.")
    of = [f"-# Page {page} of {_pages(shown)}"] if _pages(shown) > 1 else []
    listed = ["-# Who reviews → whose work", *lines] if lines else ["Nobody can be asked for anything."]
    return [text(*facts), rule(), text(*listed, *of)]


def _line(line: Line) -> str:
    authors = [_name(author) + (f" (met {_times(met)})" if met else "") for author, met in line.asked]
    authors += [f"{_name(author)} (has it)" for author in line.already]
    return f"{_name(line.reviewer)} → {', '.join(authors)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _names(members: Sequence[Member]) -> str:
    more = len(members) - NAMES_SHOWN
    shown = ", ".join(_name(member) for member in members[:NAMES_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def _name(member: Member) -> str:
    return fitted(member.name, NAME_SHOWN)


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)


def _pages_beside(action: str, key: str, page: int, pages: int) -> list[ui.Item[Any]]:
    """Buttons to the pages beside this one."""
    page = min(max(page, 1), pages)
    turns = [(f"◀ Page {page - 1}", page - 1), (f"Page {page + 1} ▶", page + 1)]
    buttons = [Press(label, action, f"{key}.{to}") for label, to in turns if 1 <= to <= pages]
    return [row(*buttons)] if buttons else []


def set_asked(cohort: Cohort, wish: Wish) -> Card:
    """What asking a certain person comes to, to be confirmed."""
    reviewer, author, name = _name(wish.reviewer), _name(wish.author), safe(wish.deliverable.name)
    follows = [
        f"It is due {stamp(wish.due_at)} ({stamp(wish.due_at, 'R')}), and {reviewer} hears of it privately.",
        f"{reviewer} then has {plural(wish.load + 1, 'review')} of it to write or written. {_comes_to(wish)}",
    ]
    if not wish.is_paired:
        follows.append("The pairing at the deadline counts it and fills only what is left.")
    if wish.met:
        follows.append(f"{reviewer} has reviewed {author} {_times(wish.met)} before.")
    if wish.before is not None:
        follows.append(
            "They were asked for this one before, and it was given on. Any draft is as they left it."
        )
    cautions = (
        [f"{reviewer} has not handed it in, and will read a solution first."] if not wish.has_own else []
    )
    if wish.absence is not None:
        until = stamp(wish.absence.until_at, "f")
        cautions.append(
            f"{reviewer} is away until {until}, which is after it is due. They are asked all the same."
        )
    if wish.deliverable.blind:
        cautions.append("The week is blind: neither of them learns the other's name from me.")
    return Card(
        text(f"## Ask {reviewer} to review {name} of {author}?", bullets(follows)),
        *([text("**Mind**", bullets(cautions))] if cautions else []),
        row(
            Press("Ask them", "pairs.ask", _key(cohort, wish), style=PRIMARY),
            Press("Leave it", "pairs.leave", cohort.id),
        ),
        accent=CARE if cautions else None,
    )


def _comes_to(wish: Wish) -> str:
    """How many reviews the work then has, beside what everybody's gets."""
    author, coming = _name(wish.author), wish.coming + 1
    if coming > wish.wanted:
        return f"The work of {author} then has {plural(coming, 'review')}; others get {wish.wanted}."
    return (
        f"The work of {author} then has {coming} of the {plural(wish.wanted, 'review')} that each work gets."
    )


def was_set(wish: Wish) -> Card:
    """A certain person is asked."""
    return Card(
        text(
            f"{_name(wish.reviewer)} is asked to review {safe(wish.deliverable.name)} of {_name(wish.author)}, due "
            f"{stamp(wish.due_at)}. I write to them now."
        ),
        accent=GOOD,
    )


def take_asked(cohort: Cohort, taking: Taking) -> Card:
    """What taking a review from somebody comes to, to be confirmed."""
    reviewer, author = _name(taking.reviewer), _name(taking.author)
    follows = [
        f"It leaves the reviews of {reviewer}. I do not tell them: that is better coming from you.",
        _instead(taking),
    ]
    if taking.review.opened_at is not None:
        follows.append("They have opened it. What they wrote is kept, and cannot be sent any more.")
    return Card(
        text(
            f"## Take {safe(taking.deliverable.name)} of {author} from {reviewer}?",
            bullets(follows),
        ),
        row(
            Press("Take it", "pairs.take", _key(cohort, taking), style=PRIMARY),
            Press("Leave it", "pairs.leave", cohort.id),
        ),
        accent=CARE,
    )


def _instead(taking: Taking) -> str:
    if taking.instead is not None:
        return f"{_name(taking.instead)} is asked in their place, and hears of it privately."
    if not taking.lacks:
        return "The work has its reviews without it, so nobody is asked in their place."
    if not taking.is_paired:
        return "The place is free for whoever takes it up, and the pairing at the deadline fills it."
    return "No classmate can be asked in their place: the work waits for a volunteer or a mentor."


def was_taken(taking: Taking) -> Card:
    """A review was taken from somebody."""
    return Card(
        text(
            f"{_name(taking.reviewer)} is no longer asked to review {safe(taking.deliverable.name)} of "
            f"{_name(taking.author)}.",
            _instead(taking),
        ),
        accent=GOOD,
    )


def _key(cohort: Cohort, about: Wish | Taking) -> str:
    return f"{cohort.id}.{about.reviewer.user_id}.{about.author.user_id}.{about.deliverable.key}"


def history(found: History, page: int) -> Card:
    """One page of who met whom."""
    cohort, member = found.here.cohort, found.member
    whose = f"with {_name(member)} in" if member is not None else "in"
    title = f"## Who reviewed whom {whose} {safe(cohort.name)}"
    if not found.pairs:
        return Card(text(title, "Nobody yet: no review was asked for."))
    order = "Those who met most come first." if member is None else "Whom they met last comes first."
    pages = -(-len(found.pairs) // PAIRS_A_PAGE)
    page = min(max(page, 1), pages)
    lines = [_meeting(found, pair) for pair in found.pairs[(page - 1) * PAIRS_A_PAGE : page * PAIRS_A_PAGE]]
    of = f" · page {page} of {pages}" if pages > 1 else ""
    key = f"{cohort.id}.{0 if member is None else member.id}"
    return Card(
        text(title, f"{plural(len(found.pairs), 'pair')} met. {order}{of}"),
        *(text(part) for part in parts_of(lines, 3600)),
        text(
            "-# Reviewer → author, for reviews that were sent or are asked for now. Only mentors and leads see this."
        ),
        *_pages_beside("pairs.met", key, page, pages),
    )


def _meeting(found: History, pair: Met) -> str:
    one, other = _name(pair.one), _name(pair.other)
    ways = [
        f"{reviewer} → {author} {_times(len(keys))} ({_places(found, keys)})"
        for reviewer, author, keys in ((one, other, pair.given), (other, one, pair.received))
        if keys
    ]
    waits = f" · {pair.open} not written yet" if pair.open else ""
    apart = " · **kept apart now**" if pair.apart else ""
    return f"- {'; '.join(ways)} · last {stamp(pair.last_at, 'R')}{waits}{apart}"


def _places(found: History, keys: Sequence[str]) -> str:
    names = [found.here.course.deliverable(key).place for key in keys[:WEEKS_SHOWN]]
    return ", ".join(names) + (", …" if len(keys) > WEEKS_SHOWN else "")
