"""How a cohort's calendar differs from the course file's, as it is written down."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache

from bot.calendar import NO_CHANGES, Break, Changes
from bot.curriculum import Rhythm


@lru_cache(maxsize=256)  # every command of a cohort asks for it, and it changes once in a while
def changes(written: str | None) -> Changes:
    """A calendar's changes from their JSON; none if nothing was ever changed."""
    if written is None:
        return NO_CHANGES
    found = json.loads(written)
    return Changes(
        rhythms=tuple(
            (item["from_week"], Rhythm.model_validate(item["rhythm"])) for item in found["rhythms"]
        ),
        breaks=tuple(
            Break(from_at=datetime.fromisoformat(item["from_at"]), weeks=item["weeks"], reason=item["reason"])
            for item in found["breaks"]
        ),
        pauses=tuple(
            (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
            for begins, ends in found.get("pauses", ())
        ),
    )


def written(plan: Changes) -> str | None:
    """A calendar's changes as JSON, for the column that keeps them."""
    if plan == NO_CHANGES:
        return None
    return json.dumps(
        {
            "rhythms": [
                {"from_week": first, "rhythm": rhythm.model_dump(mode="json")}
                for first, rhythm in plan.rhythms
            ],
            "breaks": [
                {"from_at": pause.from_at.isoformat(), "weeks": pause.weeks, "reason": pause.reason}
                for pause in sorted(plan.breaks, key=lambda pause: pause.from_at)
            ],
            "pauses": [[begins.isoformat(), ends.isoformat()] for begins, ends in plan.pauses],
        },
        ensure_ascii=False,
    )
