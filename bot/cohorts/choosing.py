"""Which cohort a person means."""

from __future__ import annotations

from bot.cohorts.rules import Asker, Cohort
from bot.course.rules import NoCohortYet
from bot.errors import CourseError


def choose(candidates: list[Cohort], asker: Asker, mine: set[int]) -> Cohort:
    """The cohort that a person means: the channel's, else their only one, else a question back."""
    by_channel = [cohort for cohort in candidates if cohort.channel_id in asker.channel_ids]
    if by_channel:
        return min(by_channel, key=lambda cohort: cohort.state == "finished")
    own = [cohort for cohort in candidates if cohort.id in mine]
    live = [cohort for cohort in own if cohort.state != "finished"] or own
    if len(live) == 1:
        return live[0]
    if live:
        places = ", ".join(f"{cohort.name} in <#{cohort.channel_id}>" for cohort in live)
        raise CourseError(
            f"You are in more than one cohort: {places}. Use the command in the channel you mean."
        )
    in_guild = [cohort for cohort in candidates if cohort.guild_id == asker.guild_id]
    if asker.manages_guild and len(in_guild) == 1:
        return in_guild[0]
    if in_guild:
        places = ", ".join(f"<#{cohort.channel_id}>" for cohort in in_guild)
        raise CourseError(f"No cohort meets in this channel. Try again in a cohort's own channel: {places}.")
    raise NoCohortYet
