"""What the mentor queue looks like: what waits, whom to hand it to, a mentor's words, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from bot import ui
from bot.cohorts.rules import Here, Member
from bot.mentors.decisions import Decided
from bot.mentors.rules import SNIPPETS, TURNAROUND_FROM, TURNAROUND_SPAN, Snippet, Turn
from bot.mentors.service import PAGE, Board, Filter, Turnaround
from bot.mentors.work import Line
from bot.reviews.words import NAME_ROOM, named
from bot.revisions.waits import spelled

PRIMARY = discord.ButtonStyle.primary
DANGER = discord.ButtonStyle.danger
WHY_ROOM = 400  # five lines of the queue with all their reasons stay well inside one message
CHOICES = 25  # Discord shows no more in a menu
CHOICE_ROOM = 100  # and no more of each entry
TURNS = 20  # mentors listed with how long they took; more belong into a report

Parts = list[discord.ui.Item[Any]]

FILTERS: Mapping[Filter, tuple[str, str]] = {
    "all": ("Everything", "Nothing waits"),
    "signoff": ("Sign-offs", "No sign-off waits"),
    "uncovered": ("Reviews missing", "No work without its reviews waits"),
    "disagreement": ("Disagreement", "No work that divides its reviewers waits"),
    "at_risk": ("At risk", "No work of a student at risk waits"),
    "mine": ("What I hold", "Nothing waits in your hands"),
}


def filter_of(chosen: str) -> Filter:
    """What a menu, a button or an address asks for; everything, where it is none that we know."""
    known: Sequence[Filter] = [name for name in FILTERS if name == chosen]
    return known[0] if known else "all"


def board(here: Here, found: Board, *, has_pages: bool = False) -> ui.Card:
    """The queue, the gravest first; `has_pages`: it can be read in a browser too."""
    parts: Parts = [ui.text(*_heading(here, found))]
    if found.waiting:
        parts.append(ui.row(_filters(here, found.chosen)))
    if found.waiting and not found.lines:
        others = f"{ui.plural(found.waiting, 'other piece')} {'does' if found.waiting == 1 else 'do'}"
        parts.append(ui.text(f"{FILTERS[found.chosen][1]}; {others}."))
    for line in found.lines:
        parts += [ui.rule(), _line(here, line)]
    if found.found > PAGE:
        parts.append(ui.text(f"-# {found.offset + 1} to {found.offset + len(found.lines)} of {found.found}"))
    parts.append(ui.row(*_below(here, found)))
    if has_pages:
        parts.append(ui.row(ui.Press("Open in the browser", "queue.browse", here.cohort.id)))
    return ui.Card(*parts)


def _heading(here: Here, found: Board) -> list[str]:
    lines = [f"### The mentor queue of {ui.safe(ui.shortened(here.cohort.name, NAME_ROOM))}"]
    if found.waiting:
        waits = f"{ui.plural(found.waiting, 'piece')} of work {'waits' if found.waiting == 1 else 'wait'}"
        lines.append(
            f"{waits} for a mentor, the gravest first. You hold {found.held or 'none'} ({found.most} at most)."
        )
    else:
        lines.append(
            "Nothing waits for a mentor. Work comes here when a capstone waits for its sign-off, when the changes that "
            "a mentor asked for are made, when its reviews did not come, when reviewers disagree, or when a point "
            "stays open after two answers."
        )
    if found.share is not None and found.share < found.dealt:  # else nobody is here to compare with
        lines.append(
            f"-# You dealt with {found.mine} of {found.dealt} pieces this week; an even share is {found.share}."
        )
    return lines


def _filters(here: Here, chosen: Filter) -> ui.Pick:
    options = [
        discord.SelectOption(label=label, value=key, default=key == chosen)
        for key, (label, _) in FILTERS.items()
    ]
    return ui.Pick("What to show", "queue.filter", here.cohort.id, options=options)


def _line(here: Here, line: Line) -> discord.ui.Item[Any]:
    who = here.member
    is_mine = line.holder is not None and who is not None and line.holder.id == who.id
    waits = f"since {ui.stamp(line.item.since, 'R')}"
    held_until = "" if line.item.until_at is None else ui.stamp(line.item.until_at, "t")
    is_kept = line.kept_for is not None and line.kept_until is not None and line.holder is None
    if is_mine:
        waits += f" · yours until {held_until}"
    elif line.holder is not None:
        waits += f" · {named(line.holder)} holds it until {held_until}"
    elif is_kept and line.kept_for is not None and line.kept_until is not None:
        waits += f" · kept for {named(line.kept_for)} until {ui.stamp(line.kept_until, 'f')}"
    why = ui.safe(ui.shortened("; ".join(line.why), WHY_ROOM))
    words = f"**{line.deliverable.name}** by {named(line.author)}\n{why[:1].upper()}{why[1:]}\n-# {waits}"
    key = f"{here.cohort.id}.{line.item.id}"
    may_take = line.holder is None and not (
        is_kept and line.kept_for is not None and (who is None or line.kept_for.id != who.id)
    )
    if is_mine:
        return discord.ui.Section[Any](words, accessory=ui.Press("Open", "queue.open", key, style=PRIMARY))
    if may_take and (who is None or line.author.id != who.id):
        return discord.ui.Section[Any](words, accessory=ui.Press("Take", "queue.take", key))
    return ui.text(words)


def _below(here: Here, found: Board) -> list[ui.Press]:
    def page(offset: int) -> str:
        return f"{here.cohort.id}.{found.chosen}.{offset}"

    buttons: list[ui.Press] = []
    if found.free:
        buttons.append(ui.Press("Take the next one", "queue.next", page(0), style=PRIMARY))
    if found.waiting and not found.lines:
        buttons.append(ui.Press("Show everything", "queue.page", f"{here.cohort.id}.all.0"))
    if found.offset:
        buttons.append(ui.Press("Back", "queue.page", page(max(0, found.offset - PAGE))))
    if found.found > found.offset + PAGE:
        buttons.append(ui.Press("More", "queue.page", page(found.offset + PAGE)))
    if not found.free and not found.offset and (found.lines or not found.waiting):
        buttons.append(ui.Press("Look again", "queue.page", page(0)))
    buttons.append(ui.Press("My words", "queue.words", here.cohort.id))
    if found.is_lead:
        buttons.append(ui.Press("Turnaround", "queue.turnaround", here.cohort.id))
    return buttons


def back(here: Here) -> ui.Press:
    """To the queue."""
    return ui.Press("Back to the queue", "queue.page", f"{here.cohort.id}.all.0")


def onward(here: Here, *words: str) -> ui.Card:
    """What was done, and what may come next."""
    following = ui.Press("Take the next one", "queue.next", f"{here.cohort.id}.all.0", style=PRIMARY)
    return ui.Card(ui.text(*words), ui.row(following, back(here)), accent=ui.GOOD)


def decided(here: Here, done: Decided) -> ui.Card:
    """A decision was kept."""
    what = f"{done.deliverable.name} by {named(done.author)}, revision {done.revision_number}"
    if done.kind == "accepted":
        return onward(here, "### Accepted", f"{what}. {named(done.author)} hears of it privately.")
    return onward(
        here,
        "### Changes asked for",
        f"{what}. {named(done.author)} gets your words privately. The next revision is kept for you for a day.",
    )


def released(here: Here, line: Line) -> ui.Card:
    """A claim was let go of."""
    what = f"{line.deliverable.name} by {named(line.author)}"
    return onward(here, "### Released", f"{what} is free again, in its old place in the queue.")


def handed(here: Here, line: Line, other: Member) -> ui.Card:
    """A claim is another mentor's now."""
    until = "" if line.item.until_at is None else f" until {ui.stamp(line.item.until_at, 't')}"
    what = f"{line.deliverable.name} by {named(line.author)}"
    return onward(
        here, f"### Handed to {named(other)}", f"{what} is theirs{until}, and they hear of it privately."
    )


def hand_on(here: Here, line: Line, colleagues: Sequence[Member]) -> ui.Card:
    """To whom to hand something."""
    key = f"{here.cohort.id}.{line.item.id}"
    stay = ui.row(ui.Press("Keep it", "queue.open", key))
    if not colleagues:
        return ui.Card(
            ui.text("Nobody else mentors here who could take this. Release it, or ask a lead."), stay
        )
    options = [
        discord.SelectOption(label=ui.shortened(member.name, CHOICE_ROOM), value=str(member.id))
        for member in colleagues[:CHOICES]
    ]
    return ui.Card(
        ui.text(
            f"### Hand on {line.deliverable.name} by {named(line.author)}",
            f"It is theirs for {here.course.review.mentors.minutes} minutes, and they hear of it privately.",
        ),
        ui.row(ui.Pick("To whom?", "queue.hand-to", key, options=options)),
        stay,
    )


def begin_with(here: Here, item_id: int, number: int, snippets: Sequence[Snippet]) -> ui.Card:
    """What the form for changes opens with."""
    options = [discord.SelectOption(label="An empty form", value="0")] + [
        discord.SelectOption(label=item.title, value=str(item.id), description=_excerpt(item))
        for item in snippets
    ]
    pick = ui.Pick(
        "Begin with …",
        "queue.changes-with",
        f"{here.cohort.id}.{item_id}.{number}",
        options=options[:CHOICES],
    )
    return ui.Card(ui.text("### Request changes", "Begin with words of yours, or with none."), ui.row(pick))


def words(here: Here, snippets: Sequence[Snippet]) -> ui.Card:
    """A mentor's words to use again."""
    add = ui.Press("Add", "queue.word-add", here.cohort.id, style=PRIMARY, disabled=len(snippets) >= SNIPPETS)
    if not snippets:
        about = "What you ask for again and again can be kept here: “Request changes” then begins with it."
        return ui.Card(ui.text("### My words", about), ui.row(add, back(here)))
    options = [
        discord.SelectOption(label=item.title, value=str(item.id), description=_excerpt(item))
        for item in snippets
    ]
    pick = ui.Pick("Read, change or remove", "queue.word", here.cohort.id, options=options[:CHOICES])
    titles = [f"- **{ui.safe(item.title)}**" for item in snippets]
    return ui.Card(ui.text("### My words", *titles), ui.row(pick), ui.row(add, back(here)))


def word(here: Here, snippet: Snippet) -> ui.Card:
    """One of a mentor's words in full."""
    key = f"{here.cohort.id}.{snippet.id}"
    return ui.Card(
        ui.text(f"### {ui.safe(snippet.title)}", ui.safe(snippet.body)),
        ui.row(
            ui.Press("Change", "queue.word-change", key, style=PRIMARY),
            ui.Press("Remove", "queue.word-drop", key, style=DANGER),
            ui.Press("My words", "queue.words", here.cohort.id),
        ),
    )


def _excerpt(snippet: Snippet) -> str:
    return ui.shortened(" ".join(snippet.body.split()), CHOICE_ROOM)


def turnaround(here: Here, found: Turnaround) -> ui.Card:
    """How long work waits and takes."""
    lines = [
        f"### How long it takes · the last {TURNAROUND_SPAN.days} days",
        took("The whole cohort", found.cohort),
        *(took(named(member), turn) for member, turn in found.mentors[:TURNS]),
        f"-# Half of the work took no longer than the time given, nine in ten no longer than the one in brackets. "
        f"Fewer than {TURNAROUND_FROM} are too few to say.",
    ]
    return ui.Card(ui.text(*lines), ui.row(back(here)))


def took(who: str, turn: Turn) -> str:
    """How much somebody dealt with, and how long that took, as a line of a card."""
    return f"**{who}** · {pace(turn)}"


def pace(turn: Turn) -> str:
    """How much was dealt with, and how long that took."""
    if not turn.dealt:
        return "nothing dealt with"
    times: list[str] = []
    if turn.waiting is not None:
        times.append(
            f"waited {spelled(turn.waiting.median)} (nine in ten: {spelled(turn.waiting.ninetieth)})"
        )
    if turn.working is not None:
        median, ninetieth = spelled(turn.working.median), spelled(turn.working.ninetieth)
        most = "" if median == ninetieth else f" (nine in ten: {ninetieth})"
        times.append(f"decided {median} after being taken{most}")
    return f"{turn.dealt} dealt with · {'; '.join(times) or 'too few to say'}"
