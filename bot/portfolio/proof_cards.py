"""What is said of a portfolio's links before and after they were looked at."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cohorts.rules import Here
from bot.curriculum import Deliverable
from bot.portfolio.proofs import Looked
from bot.portfolio.rules import Proof
from bot.ui import ACCENT, CARE, GOOD, Card, Press, parts_of, plural, row, rule, safe, stamp, text

ROOM = 3000  # for the links that need something, beside the words around them


def looking(due: int) -> Card:
    """While the links are looked at."""
    if not due:
        return Card(text("I looked at these links a moment ago. This is what I know:"))
    return Card(
        text(f"Looking at {plural(due, 'link')}. This takes up to a minute; the answer appears here.")
    )


def looked(here: Here, found: Looked) -> Card:
    """What is behind the links of a portfolio."""
    opened, shut = found.those("reachable"), found.those("private", "dead")
    unknown = found.those("unchecked")
    lines = [f"**{len(opened)} of {plural(len(found.proofs), 'link')}** opened."]
    if unknown:
        lines.append(
            f"{_of(unknown)} I could not tell. That is not held against you: some servers are slow, or shy of bots."
        )
    if found.waiting:
        lines.append(
            f"{plural(found.waiting, 'more link')} will have to wait ten minutes: I look at a few at a time."
        )
    parts = [text("### The links of your portfolio", *lines)]
    if shut:
        parts += [rule(), text(*_fitting([_line(*item) for item in shut]))]
        parts.append(
            text(
                "Let everybody open them, then have them looked at again. If one has moved, hand the deliverable in "
                "with its new link and publish it once more when it is accepted."
            )
        )
    commits = [item for item in opened if item[1].commit]
    if commits:
        parts += [
            rule(),
            text("-# Commits that are kept as proof", *_fitting([_commit(*item) for item in commits])),
        ]
    buttons = [
        Press("Look again", "portfolio.proofs", here.cohort.id),
        Press("My portfolio", "portfolio.show", f"{here.cohort.id}.{here.actor_id}.1"),
    ]
    return Card(*parts, row(*buttons), accent=CARE if shut else GOOD if opened else ACCENT)


def _of(items: Sequence[tuple[Deliverable, Proof]]) -> str:
    return f"Of {plural(len(items), 'link')}"


def _line(item: Deliverable, proof: Proof) -> str:
    when = "" if proof.checked_at is None else f" on {stamp(proof.checked_at, 'D')}"
    what = "private or gone" if proof.state == "private" else "did not open"
    return f"⚠️ **{item.place}** · {safe(proof.label)}: {what}{when}. <{proof.url}>"


def _commit(item: Deliverable, proof: Proof) -> str:
    of = "" if proof.committed_at is None else f" of {stamp(proof.committed_at, 'D')}"
    return f"-# {item.place} · {safe(proof.label)}: `{proof.short_commit}`{of}"


def _fitting(lines: Sequence[str]) -> list[str]:
    """As many lines as fit beside another such list, and that there are more."""
    shown = parts_of(lines, ROOM // 2)
    more = len(lines) - shown[0].count("\n") - 1
    return [shown[0], *([f"-# And {more} more, in the export."] if more else [])]
