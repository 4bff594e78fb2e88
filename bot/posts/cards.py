"""What each post looks like, and whom it may ping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from discord import ui

from bot.cohorts.rules import Running
from bot.course.cards import week_parts
from bot.posts import (
    announced_cards,
    forgetting_cards,
    leads_cards,
    quote_cards,
    request_cards,
    review_cards,
    round_cards,
    rules,
)
from bot.posts.rendered import Rendered, mention
from bot.posts.rules import Content
from bot.progress.figures import percent
from bot.retros.rules import ENOUGH_TO_SHARE, WHO_SEES_IT
from bot.retros.themes import WeekThemes
from bot.ui import CARE, Card, Press, bullets, plural, row, rule, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary


def render(content: Content, mark: int) -> Rendered:
    """A post's card. Every card has a button that carries `mark`, so that the post can be found again."""
    return _RENDERERS[type(content)](content, mark)


def knock(running: Running, user_id: int, mark: int) -> Rendered:
    """In the channel, for somebody whose private messages are closed: that there is something, and nothing of it."""
    card = Card(
        text(
            f"<@{user_id}>, I have something for you and could not send it: your private messages are closed "
            "to this server. Press the button to see it here, just for you."
        ),
        row(Press("Show me", "me.show", running.cohort.id, style=PRIMARY, mark=mark)),
    )
    return Rendered(card=card, users=[user_id])


def _kickoff(post: rules.Kickoff, mark: int) -> Rendered:
    cohort, times = post.running.cohort, post.times
    key = f"{cohort.id}.w{post.week.number:02}"
    heading = f"# Week {post.week.number} · {post.week.title}"
    greeting = [f"<@&{cohort.student_role_id}>"] if cohort.student_role_id else []
    due = [f"**Due** {stamp(times.deadline)} ({stamp(times.deadline, 'R')})"]
    due += [f"Also due then: **{item.name}**" for item in post.due if item.track == "capstone"]
    card = Card(
        # The card is two screens tall: whoever knows the week already finds the button without scrolling.
        ui.Section(text(*greeting, heading), accessory=Press("Submit", "submit.open", key, style=PRIMARY)),
        *week_parts(post.running.course, post.week),
        rule(),
        text(*due),
        row(
            Press("Submit", "submit.open", key, style=PRIMARY, emoji="📎", mark=mark),
            Press("Where I stand", "me.show", cohort.id),
            Press("My reviews", "review.mine", cohort.id),
        ),
    )
    roles = [cohort.student_role_id] if cohort.student_role_id else []
    return Rendered(card=card, roles=roles)


def _reminder(post: rules.Reminder, mark: int) -> Rendered:
    cohort = post.running.cohort
    card = Card(
        text(
            f"### A friendly nudge from {safe(cohort.name)}",
            f"Due {stamp(post.deadline)} ({stamp(post.deadline, 'R')}), and not handed in yet:",
            bullets(f"**{item.name}**" for item in post.owed),
            "A link is enough to begin with: you can change it until a reviewer opens it, and work handed in on "
            "time is sure of its reviewers.",
        ),
        row(
            *(
                Press(
                    shortened(f"Submit {item.place}", 80),
                    "submit.open",
                    f"{cohort.id}.{item.key}",
                    style=PRIMARY,
                    mark=mark,
                )
                for item in post.owed[:4]
            ),
            Press("Where I stand", "me.show", cohort.id),
        ),
    )
    return Rendered(card=card)


def _retro(post: rules.RetroCall, mark: int) -> Rendered:
    cohort, prompt = post.running.cohort, post.prompt
    card = Card(
        text(
            f"## Looking back on week {post.week.number}",
            f"{safe(post.week.title)} is behind you. Three short answers, for yourself first:",
            bullets(f"**{question}**" for question in (prompt.retain, prompt.improve, prompt.scale)),
            f"-# {WHO_SEES_IT}",
        ),
        row(
            Press(
                "Write my retro",
                "retro.open",
                f"{cohort.id}.{post.week.number}",
                style=PRIMARY,
                emoji="🪞",
                mark=mark,
            )
        ),
    )
    return Rendered(card=card)


def _digest(post: rules.Digest, mark: int) -> Rendered:
    cohort = post.running.cohort
    lines = [
        f"**Handed in**: {post.handed_in} of {post.students}"
        + (f", {post.late} of them late" if post.late else ""),
        f"**Reviews**: {post.reviews_sent} of {post.reviews_asked} written, {post.reviews_on_time} on time",
        f"**Fully reviewed**: {_of(post.reviewed, post.submissions)}",
        *_kept(*post.covered),
        f"**Retros**: {post.retros}",
    ]
    parts: list[ui.Item[Any]] = [
        text(f"## Week {post.week.number} in numbers", safe(post.week.title)),
        text(*lines),
    ]
    parts += [rule(), text("**What you want to improve**", *_themes(post.themes))]
    buttons = [
        Press("Where I stand", "me.show", cohort.id, style=PRIMARY),
        Press("For leads and mentors", "digest.staff", f"{cohort.id}.{post.week.number}", mark=mark),
    ]
    return Rendered(card=Card(*parts, row(*buttons)))


def _themes(found: WeekThemes) -> list[str]:
    """Words that several people wrote, each with how many; or why none are shown."""
    if not found.is_enough:
        return [
            f"-# {found.answers or 'None'} of you answered this time: words that several of you use are counted from "
            f"{ENOUGH_TO_SHARE} answers on."
        ]
    if not found.themes:
        return ["-# What you wrote is too different to sum up in a word."]
    return [
        f"{', '.join(item.words).capitalize()} · {item.people} of {item.of} people" for item in found.themes
    ]


def _of(part: int, whole: int) -> str:
    return "nothing was handed in" if not whole else f"{part} of {plural(whole, 'submission')}"


def _kept(kept: int, promised: int) -> list[str]:
    """Over the whole course so far: this week's promised hour may lie ahead."""
    if not promised:
        return []
    return [
        f"**Covered by the promised hour**: {percent(kept / promised)} of {plural(promised, 'submission')} so far"
    ]


def _trouble(post: rules.Trouble, mark: int) -> Rendered:
    card = Card(
        text(f"### {safe(post.running.cohort.name)} needs a hand", post.detail),
        text("-# I keep trying, and what is owed is posted as soon as it works again. I tell you this once."),
        row(Press("How the cohort stands", "cohort.show", post.running.cohort.id, mark=mark)),
        accent=CARE,
    )
    return Rendered(card=card)


_RENDERERS: dict[type, Callable[[Any, int], Rendered]] = {
    rules.Kickoff: _kickoff,
    rules.Reminder: _reminder,
    rules.RetroCall: _retro,
    rules.Digest: _digest,
    rules.Trouble: _trouble,
    **round_cards.RENDERERS,
    **review_cards.RENDERERS,
    **announced_cards.RENDERERS,
    **forgetting_cards.RENDERERS,
    **request_cards.RENDERERS,
    **leads_cards.RENDERERS,
    **quote_cards.RENDERERS,
}


def backstage(view: rules.Backstage) -> Card:
    """A week with names, for leads and mentors."""
    parts: list[ui.Item[Any]] = [text(f"## Week {view.week}, for leads and mentors")]
    sections = {
        "Not handed in": [
            f"{mention(member)}: {', '.join(item.place for item in owed)}" for member, owed in view.behind
        ],
        "Reviews that did not come in time": [
            f"{mention(member)}: {plural(count, 'review')}" for member, count in view.overdue
        ],
        "Without their reviews, waiting for a mentor": [mention(member) for member in view.uncovered],
        "Posts that were not sent": [f"{kind} {key}: {why}" for kind, key, why in view.skipped],
        "To mend": [f"{detail} (since {stamp(since, 'R')})" for detail, since in view.problems],
    }
    for title, lines in sections.items():
        if lines:
            parts.append(text(f"**{title}** ({len(lines)})", shortened(bullets(lines), 700)))
    if len(parts) == 1:
        parts.append(text("Nothing to chase: everyone handed in, and every review that is due has come."))
    return Card(*parts)
