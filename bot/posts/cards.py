"""What each post looks like, and whom it may ping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui

from bot.cohorts.rules import Member, Running
from bot.course.cards import week_parts
from bot.posts import rules
from bot.posts.rules import Content
from bot.retros.rules import ENOUGH_TO_SHARE
from bot.ui import CARE, GOOD, Card, Press, bullets, plural, row, rule, safe, shortened, stamp, text

PRIMARY = discord.ButtonStyle.primary


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A card, and the users and roles that it may ping."""

    card: Card
    users: Sequence[int] = field(default_factory=tuple[int, ...])
    roles: Sequence[int] = field(default_factory=tuple[int, ...])

    @property
    def mentions(self) -> discord.AllowedMentions:
        """Only the people this post is for."""
        return discord.AllowedMentions(
            everyone=False,
            users=[discord.Object(user_id) for user_id in self.users],
            roles=[discord.Object(role_id) for role_id in self.roles],
        )


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


def mention(member: Member) -> str:
    """A member as Discord shows them; a former member by that name."""
    return safe(member.name) if member.user_id is None else f"<@{member.user_id}>"


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


def _pairing(post: rules.Pairing, mark: int) -> Rendered:
    of = f" · part {post.part} of {post.parts}" if post.parts > 1 else ""
    lines = [
        f"{mention(reviewer)} → {', '.join(mention(author) for author in authors)}"
        for reviewer, authors in post.pairs
    ]
    card = Card(
        text(
            f"## Reviews for {safe(post.deliverable.name)}{of}",
            f"Due {stamp(post.due_at)} ({stamp(post.due_at, 'R')}). Each line is a reviewer and whose work they "
            "review. The work, the rubric and your draft open privately:",
        ),
        row(Press("My reviews", "review.mine", post.running.cohort.id, style=PRIMARY, emoji="🔎", mark=mark)),
        rule(),
        text(*lines),
        accent=GOOD,
    )
    return Rendered(card=card, users=[member.user_id for member, _ in post.pairs if member.user_id])


def _late(post: rules.LateWork, mark: int) -> Rendered:
    reviewers = ", ".join(mention(member) for member in post.reviewers)
    lines = [
        f"### Late work joins: {safe(post.deliverable.name)}",
        f"{mention(post.author)}'s work will be reviewed by {reviewers} by {stamp(post.due_at)}.",
    ]
    if post.reviews:
        reviewed = ", ".join(mention(member) for member in post.reviews)
        lines.append(f"In return, {mention(post.author)} reviews {reviewed}.")
    card = Card(
        text(*lines),
        row(Press("My reviews", "review.mine", post.running.cohort.id, style=PRIMARY, emoji="🔎", mark=mark)),
    )
    people = [post.author, *post.reviewers]
    return Rendered(card=card, users=[member.user_id for member in people if member.user_id])


def _changed(post: rules.Changed, mark: int) -> Rendered:
    sent = "You reviewed an earlier one, so nothing more is asked of you; have a look if you are curious how it went."
    draft = "Your draft is kept, and the review now opens on the new revision."
    card = Card(
        text(
            f"### {safe(post.author.name)} handed in revision {post.number}",
            f"{post.deliverable.name}, in {safe(post.running.cohort.name)}.",
            sent if post.is_sent else draft,
        ),
        row(Press("Open the review", "review.open", post.review_id, style=PRIMARY, mark=mark)),
    )
    return Rendered(card=card)


def _feedback(post: rules.FeedbackCame, mark: int) -> Rendered:
    cohort = post.running.cohort
    rest = post.asked - post.received
    card = Card(
        text(
            f"### {safe(post.reviewer.name)} reviewed your work",
            f"{post.deliverable.name}, in {safe(cohort.name)}: {post.received} of "
            f"{plural(post.asked, 'review')} so far.",
            "More is on its way. You can read this one now." if rest else "That was the last one.",
        ),
        row(
            Press(
                "Read it", "feedback.show", f"{cohort.id}.{post.deliverable.key}", style=PRIMARY, mark=mark
            ),
            Press("Where I stand", "me.show", cohort.id),
        ),
        accent=GOOD,
    )
    return Rendered(card=card)


def _retro(post: rules.RetroCall, mark: int) -> Rendered:
    cohort, prompt = post.running.cohort, post.prompt
    card = Card(
        text(
            f"## Looking back on week {post.week.number}",
            f"{safe(post.week.title)} is behind you. Three short answers, for yourself first:",
            bullets(f"**{question}**" for question in (prompt.retain, prompt.improve, prompt.scale)),
            f"-# Only you see your answers. Once {ENOUGH_TO_SHARE} people have answered, the digest quotes some of "
            "what they want to improve, without names.",
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
        f"**Fully reviewed on time**: {_share(post.covered, post.submissions)}",
        f"**Retros**: {post.retros}",
    ]
    parts: list[ui.Item[Any]] = [
        text(f"## Week {post.week.number} in numbers", safe(post.week.title)),
        text(*lines),
    ]
    if post.themes:
        themes = bullets(f"“{safe(shortened(' '.join(line.split()), 180))}”" for line in post.themes)
        parts += [rule(), text("**What some of you want to improve**", themes)]
    buttons = [
        Press("Where I stand", "me.show", cohort.id, style=PRIMARY),
        Press("For leads and mentors", "digest.staff", f"{cohort.id}.{post.week.number}", mark=mark),
    ]
    return Rendered(card=Card(*parts, row(*buttons)))


def _share(part: int, whole: int) -> str:
    return "nothing was handed in" if not whole else f"{part} of {plural(whole, 'submission')}"


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
    rules.Pairing: _pairing,
    rules.LateWork: _late,
    rules.Changed: _changed,
    rules.FeedbackCame: _feedback,
    rules.RetroCall: _retro,
    rules.Digest: _digest,
    rules.Trouble: _trouble,
}


def backstage(view: rules.Backstage) -> Card:
    """A week with names, for leads and mentors."""
    parts: list[ui.Item[Any]] = [text(f"## Week {view.week}, for leads and mentors")]
    sections = {
        "Not handed in": [
            f"{mention(member)}: {', '.join(item.place for item in owed)}" for member, owed in view.behind
        ],
        "Reviews overdue": [
            f"{mention(member)}: {plural(count, 'review')}" for member, count in view.overdue
        ],
        "Without any reviewer": [mention(member) for member in view.uncovered],
        "Posts that were not sent": [f"{kind} {key}: {why}" for kind, key, why in view.skipped],
        "To mend": [f"{detail} (since {stamp(since, 'R')})" for detail, since in view.problems],
    }
    for title, lines in sections.items():
        if lines:
            parts.append(text(f"**{title}** ({len(lines)})", shortened(bullets(lines), 700)))
    if len(parts) == 1:
        parts.append(text("Nothing to chase: everyone handed in, and every review that is due has come."))
    return Card(*parts)
