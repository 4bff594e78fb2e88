"""What a portfolio says to somebody with two minutes, and in which order; the page and the files say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from statistics import fmean

from bot.curriculum import Curriculum, Stage, Week
from bot.portfolio.rules import BEST, Dossier, Entry, Proof, Quote, WeekProof
from bot.progress import trend_words
from bot.progress.figures import StudentCard, percent, share
from bot.progress.trend_words import counted
from bot.progress.trends import PointTrend
from bot.reviews.rules import ENOUGH

BY_HAND = "by hand"  # a practice that only people can judge
ANY_WEEK = "each week's topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some of the work under one heading; `is_short`: told more briefly, because few read so far."""

    key: str
    title: str
    entries: Sequence[Entry]
    is_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageScores:
    """What reviewers' scores say about the weeks of a stage, from work whose score rests on enough reviews.

    `works` and `reviews` count all scored work; the mean and the range are None where too little of it is sound.
    """

    stage: Stage
    first: int
    last: int
    works: int
    reviews: int
    mean: float | None
    low: float | None
    high: float | None


def sections(entries: Sequence[Entry]) -> list[Section]:
    """The work by how much of somebody's time it deserves: the best, then capstones, then all other work."""
    chosen = [entry for entry in entries if entry.place is not None]
    best = sorted(chosen, key=lambda entry: entry.place or 0) or list(entries[:BEST])
    others = [entry for entry in entries if entry not in best]
    capstones = [entry for entry in others if entry.deliverable.track == "capstone"]
    rest = [entry for entry in others if entry.deliverable.track != "capstone"]
    found = [
        Section(key="best", title="Best work" if chosen else "Selected work", entries=best),
        Section(
            key="capstones", title="More from the capstones" if _has(best) else "Capstones", entries=capstones
        ),
        Section(key="other", title="All other work", entries=rest, is_short=True),
    ]
    return [section for section in found if section.entries]


def _has(entries: Iterable[Entry]) -> bool:
    return any(entry.deliverable.track == "capstone" for entry in entries)


def day(moment: datetime, zone: tzinfo) -> str:
    """A day as it is written out, by a zone's calendar."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def facts(dossier: Dossier) -> str:
    """One line of facts: what was done, how much of it, and who vouches for it; of a running course, what is so far."""
    running, under_way = dossier.running, is_under_way(dossier)
    said = [f"{dossier.accepted} of {dossier.asked} deliverables accepted"]
    if under_way:
        week = f"week {dossier.card.now_week} of {len(running.course.weeks)}"
        said = [f"{counted(dossier.accepted, 'deliverable')} accepted so far, in {week}"]
    capstones = _capstones(dossier) if under_way else len(running.course.capstones)
    if capstones:
        so_far = " due so far" if under_way else ""
        said.append(f"{dossier.signed_off} of {counted(capstones, 'capstone')}{so_far} signed off by mentors")
    if dossier.card.reviews_given:
        said.append(f"{counted(dossier.card.reviews_given, 'review')} given to classmates")
    last = running.times[-1].deadline
    until = f"; the course runs until {day(last, running.cohort.zone)}" if under_way else ""
    return ", ".join(said) + until


def _capstones(dossier: Dossier) -> int:
    """How many capstones were due by now, all of each, or are signed off."""
    running = dossier.running
    last = {
        item.key.partition(".")[0]: running.deadline(item)
        for item in sorted(running.course.deliverables, key=lambda item: item.week)
        if item.track == "capstone"
    }
    return max(dossier.signed_off, sum(deadline < dossier.made_at for deadline in last.values()))


def is_under_way(dossier: Dossier) -> bool:
    """Whether the course still runs, so that what is missing may yet come."""
    running = dossier.running
    return running.cohort.state != "finished" and dossier.made_at < running.times[-1].deadline


def reached(dossier: Dossier) -> list[WeekProof]:
    """The weeks that have begun, while the course runs; then all of them."""
    under_way = is_under_way(dossier)
    return [row for row in dossier.weeks if not under_way or row.week.number <= dossier.card.now_week]


def stages(dossier: Dossier) -> list[Stage]:
    """The stages that have begun."""
    begun = {row.stage.key for row in reached(dossier)}
    return [stage for stage in dossier.running.course.stages if stage.key in begun]


def to_come(dossier: Dossier) -> str:
    """How much of the course is ahead; nothing once all of it has begun."""
    ahead = len(dossier.weeks) - len(reached(dossier))
    return (
        f"{counted(ahead, 'more week')} of the course {'is' if ahead == 1 else 'are'} to come."
        if ahead
        else ""
    )


def span(dossier: Dossier) -> str:
    """From when to when the course runs."""
    times, zone = dossier.running.times, dossier.running.cohort.zone
    return f"{day(times[0].kickoff, zone)} to {day(times[-1].deadline, zone)}"


def accepted(entry: Entry, zone: tzinfo) -> str:
    """When and by whom a piece of work was accepted."""
    how = "by a mentor" if entry.accepted_by_mentor else "after peer review"
    turn = f", revision {entry.revision}" if entry.revision > 1 else ""
    return f"Accepted {how} on {day(entry.accepted_at, zone)}{turn}"


def state(proof: Proof, zone: tzinfo) -> str:
    """What was found behind a link; nothing where nobody looked."""
    said: list[str] = []
    if proof.state != "unchecked":
        words = {"reachable": "opened", "private": "private or gone", "dead": "did not open"}[proof.state]
        said.append(words + (f" on {day(proof.checked_at, zone)}" if proof.checked_at else ""))
    if proof.commit:
        when = f" of {day(proof.committed_at, zone)}" if proof.committed_at else ""
        said.append(f"commit {proof.short_commit}{when}")
    return ", ".join(said)


def whose(quote: Quote) -> str:
    """Who said it, as far as they let themselves be named."""
    role = "mentor" if quote.is_mentor else "classmate"
    return f"{quote.by}, {role}" if quote.by else f"A {role}"


def scores(dossier: Dossier) -> list[StageScores]:
    """What reviewers' scores say about each stage with scored work."""
    course = dossier.running.course
    found = [
        _of_stage(dossier.card, stage, [week.number for week in course.weeks if week.stage == stage.key])
        for stage in course.stages
    ]
    return [item for item in found if item.works]


def _of_stage(card: StudentCard, stage: Stage, numbers: Sequence[int]) -> StageScores:
    weeks = [week for week in card.weeks if week.week in numbers and week.score is not None]
    sound = [share(week.score) for week in weeks if week.score is not None and week.is_sound]
    says = len(sound) >= ENOUGH
    return StageScores(
        stage=stage,
        first=min(numbers, default=0),
        last=max(numbers, default=0),
        works=len(weeks),
        reviews=sum(week.reviews for week in weeks),
        mean=fmean(sound) if says else None,
        low=min(sound) if says else None,
        high=max(sound) if says else None,
    )


def trend(card: StudentCard) -> str:
    """Where the scores go, in a sentence that says when it cannot tell."""
    if card.score_lately is None:
        return "There are too few reviews to say how the scores go."
    words = {"rising": "and rising", "steady": "and steady", "falling": "and lower than before"}
    way = words[card.trend] if card.trend else "with too few reviews before to say which way they go"
    return f"Lately reviewers gave {percent(card.score_lately)} of the top level, {way}."


def found(points: PointTrend) -> str:
    """What reviewers found and what became of it; nothing where they found nothing."""
    total, left = trend_words.found(points.weeks), trend_words.as_they_were(points.weeks)
    if not total:
        return ""
    raised = "1 defect or risk" if total == 1 else f"{total} defects and risks"
    as_they_were = f"; left as they were when the work was accepted: {left}" if left else ""
    return f"Reviewers raised {raised}; settled by now: {trend_words.settled(points.weeks)}{as_they_were}."


def kinds(course: Curriculum, stage: Stage) -> list[str]:
    """The kinds of evidence that a stage's weekly work is asked for, the most frequent first."""
    weeks = [week for week in course.weeks if week.stage == stage.key]
    asked = [item.kind for week in weeks for item in week.deliverable.evidence]
    return sorted(set(asked), key=lambda kind: (-asked.count(kind), kind))


def label(kind: str) -> str:
    """A kind of evidence as the head of a column."""
    return kind.replace("-", " ").capitalize()


def brief(proof: Proof) -> str:
    """A proof in the few signs that a table has room for; the commit where it is known."""
    return proof.short_commit or {"dead": "not open", "private": "private"}.get(proof.state, "✓")


def key_of(week: Week) -> str:
    """The key of a week's own deliverable."""
    return f"w{week.number:02}"


def outcomes(course: Curriculum, stage: Stage) -> list[str]:
    """The topical outcomes of a stage's weeks, which differ by the week's title alone."""
    pairs = zip(course.outcomes, stage.verbs, strict=True)
    return [sentence.format(verb=verb, title=ANY_WEEK) for sentence, verb in pairs]


def rests_on(row: StageScores) -> str:
    """What a stage's scores rest on."""
    return f"{counted(row.works, 'week')}, {counted(row.reviews, 'review')}"


def reading(dossier: Dossier) -> list[str]:
    """How to read all this: the course's rules of reviewing, what a link's note says, when it was made."""
    course, zone = dossier.running.course, dossier.running.cohort.zone
    weekly, capstone = course.policy("weekly"), course.policy("capstone")
    deciders = {
        "peers": "it is accepted once every point they raise is settled, or left as it is after two answers, or by a "
        "mentor's decision",
        "mentor": "a mentor then decides whether to accept it",
    }
    said = [
        "These are the course's rules. "
        f"Each week's work is reviewed by {counted(weekly.reviewers, 'classmate')} against a rubric, or by a mentor; "
        f"{deciders[course.accepted_by('weekly')]}.",
    ]
    if _has(dossier.portfolio.entries):
        said.append(
            f"Capstone work is reviewed by {counted(capstone.reviewers, 'classmate')}; "
            f"{deciders[course.accepted_by('capstone')]}."
        )
    return [
        *said,
        "Scores are shares of the way from a rubric's lowest level to its highest, of accepted work whose score rests "
        f"on {ENOUGH} reviews or a mentor's.",
        "The stories are the author's own. A quote is a reviewer's own words, shown with their consent. A link without "
        "a note was not opened by the course's bot; a commit is what the code host showed at that link.",
        f"Made on {day(dossier.made_at, zone)} by Homeroom, which runs the course's reviews.",
    ]
