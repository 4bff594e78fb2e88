"""What a student sees after writing a retro."""

from __future__ import annotations

from discord import ui

from bot.cohorts.rules import Running
from bot.retros.rules import ENOUGH_TO_SHARE, TEXT_LIMIT, Entry
from bot.ui import GOOD, Card, Press, row, rule, safe, shortened, text

PROMISE_SHOWN = 150  # of an earlier promise's characters, beside three full answers

_BECAME = {
    "kept": "You kept it. That is worth as much as a feature.",
    "partly": "Partly is a start; say in this week's answer what stood in the way.",
    "dropped": "Dropped is an answer too: the next one can be smaller.",
}


def key_of(here: Running, week: int) -> str:
    """The key of a button that opens the retro of a week."""
    return f"{here.cohort.id}.{week}"


def thanks_card(here: Running, entry: Entry, promised: Entry | None) -> Card:
    """What was kept, how it comes back, and who sees what of it."""
    prompt = here.course.retro
    parts: list[ui.Item[ui.LayoutView]] = [text(f"### Thank you: your retro of week {entry.week} is saved")]
    if promised is not None and entry.kept is not None:
        quoted = safe(shortened(promised.improve, PROMISE_SHOWN))
        parts.append(text(f"-# Promised in week {promised.week}: “{quoted}”", _BECAME[entry.kept]))
    answers = ((prompt.retain, entry.retain), (prompt.improve, entry.improve), (prompt.scale, entry.scale))
    parts += [text(f"**{asked}**", safe(shortened(said, TEXT_LIMIT))) for asked, said in answers]
    parts += [
        rule(),
        text(
            _returns(here, entry.week),
            f"Once {ENOUGH_TO_SHARE} people have answered, the digest quotes some improvements without names. "
            "Nothing else of this is shown to anybody.",
        ),
        row(Press("Change it", "retro.more", key_of(here, entry.week))),
    ]
    return Card(*parts, accent=GOOD)


def _returns(here: Running, week: int) -> str:
    if week == len(here.times):
        return "That was the last week: take what you wrote here along to the next thing you build."
    return f"Week {week + 1}'s retro will quote what you want to improve and ask whether you kept to it."
