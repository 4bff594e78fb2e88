"""The course as a teacher writes it: frozen values, each field saying what it means.

`values.py` says how long each text may be. The descriptions are what an editor shows beside the course file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import Field, HttpUrl

from bot.curriculum.policy import Acceptance, ReviewPolicy, RiskPolicy, Track, TrackPolicy
from bot.curriculum.values import Brief, Key, Label, Line, Moment, Name, NoSwitch, Passage, Sentence, Strict

CHOICE_LENGTH = 100  # Discord's, for an entry of a menu
NARRATIVE = (  # what somebody who hires asks about any work
    "What was the problem, and for whom?",
    "What did you build, and what did you decide against?",
    "How do you know that it works? Name the numbers.",
    "What would you do next?",
)


class Facts(Strict, frozen=True):
    """What the course is."""

    title: Line = Field(description="the course's name")
    school: Line = Field(description="who gives it")
    level: Line = Field(description="for whom it is, such as 'Advanced'")
    study_time: Line = Field(description="how long it takes, such as '24 weeks, 2 hours a week and labs'")
    summary: Brief = Field(description="the course in a few sentences")
    welcome: Passage = Field(description="the first words that a new student reads")


class Rhythm(Strict, frozen=True):
    """The week in the cohort's local time; each moment is the first one after the moment it follows."""

    kickoff: Moment = Field(description="the week begins: its kickoff is posted")
    nudge: Moment = Field(description="those who owe work are reminded, privately; after the kickoff")
    deadline: Moment = Field(description="work is due and reviewers are paired; after the nudge")
    retro: Moment = Field(description="the retro prompt is posted; after the kickoff")
    reviews: Moment = Field(description="weekly reviews are due; after the deadline")
    digest: Moment = Field(description="the week in numbers is posted; after the reviews are due")


class Criterion(Strict, frozen=True):
    """One thing that a reviewer scores, with a sentence for each level from weakest to strongest."""

    key: Key = Field(description="its short name; scores are kept under it, so leave it as it is")
    title: Label = Field(description="what the review form calls it")
    question: Sentence = Field(description="what the reviewer asks of the work")
    levels: Annotated[tuple[Line, ...], Field(min_length=2, max_length=5)] = Field(
        description="what a reviewer sees at each level, from weakest to strongest"
    )


class Rubric(Strict, frozen=True):
    """What reviewers look at."""

    key: Key = Field(description="the name by which deliverables ask for it")
    title: Line
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=8)]


class Stage(Strict, frozen=True):
    """A stretch of weeks with the four verbs that its outcomes use."""

    key: Key = Field(description="the name by which weeks and capstones belong to it")
    title: Line
    verbs: tuple[Label, Label, Label, Label] = Field(description="one for each outcome, in order")
    narrative: Annotated[tuple[Line, ...], Field(min_length=3, max_length=5)] = Field(
        default=NARRATIVE,
        description="the prompts that a student's portfolio words about its work begin with, in order",
    )


class Practice(Strict, frozen=True):
    """Something that returns every week."""

    key: Key
    title: Label
    sentence: Sentence = Field(description="the practice as an outcome of every week")


class Evidence(Strict, frozen=True):
    """A link that proves a deliverable."""

    kind: Key = Field(description="what sort of link it is, such as code, tests or memo")
    label: Label = Field(description="what exactly is linked; the name of the form's field")
    required: bool = Field(default=True, description="whether the work is complete only with it")


class DeliverableSpec(Strict, frozen=True):
    """What is handed in, and what proves it."""

    title: Line
    brief: Brief = Field(description="what is handed in, and what makes it good")
    rubric: Name = Field(description="the key of the rubric that reviewers use")
    # A form holds five fields, and one of them is the note.
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1, max_length=4)]
    rests_on: tuple[Annotated[int, Field(ge=1, le=52), NoSwitch], ...] = Field(
        default=(), description="the weeks whose accepted work and evidence it builds on"
    )


class Week(Strict, frozen=True):
    """One week of the course."""

    number: Annotated[int, Field(ge=1, le=52), NoSwitch] = Field(
        description="1 for the first week, then without gaps"
    )
    title: Line
    stage: Name = Field(description="the key of the stage that it belongs to")
    summary: Brief = Field(description="why this week matters")
    lab: Passage = Field(description="what to build, run and measure")
    deliverable: DeliverableSpec
    blind: bool | None = Field(
        default=None, description="whether its reviews are blind; as `review` says if it is left out"
    )


class Capstone(Strict, frozen=True):
    """A project that closes a stage; it is due in that stage's last week."""

    number: Annotated[int, Field(ge=1, le=9), NoSwitch]
    title: Line
    stage: Name = Field(description="the key of the stage that it closes")
    summary: Brief
    deliverables: Annotated[tuple[DeliverableSpec, ...], Field(min_length=1, max_length=5)]
    blind: bool | None = Field(
        default=None, description="whether its reviews are blind; as `review` says if it is left out"
    )


class RoadmapStop(Strict, frozen=True):
    """A line of the roadmap."""

    title: Line
    sentence: Sentence


class Resource(Strict, frozen=True):
    """Something worth keeping at hand."""

    title: Line
    sentence: Sentence
    url: HttpUrl | None = Field(default=None, description="where to find it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverable:
    """A deliverable in its place in the course: `w05` for a week's, `c2.1` for a capstone's first."""

    key: str
    week: int
    track: Track
    place: str
    title: str
    brief: str
    rubric: Rubric
    evidence: tuple[Evidence, ...]
    rests_on: tuple[str, ...] = ()
    blind: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """The kinds of evidence that completeness counts."""
        return tuple(item.kind for item in self.evidence if item.required)

    @property
    def name(self) -> str:
        """Place and title in at most 100 characters, for choices and headings."""
        name = f"{self.place} · {self.title}"
        return name if len(name) <= CHOICE_LENGTH else name[: CHOICE_LENGTH - 1] + "…"


class RetroPrompt(Strict, frozen=True):
    """The retro's three questions, as the form and the post ask them."""

    retain: Label
    improve: Label
    scale: Label


class Curriculum(Strict, frozen=True):
    """A whole course."""

    course: Facts
    rhythm: Rhythm
    review: ReviewPolicy
    risk: RiskPolicy = RiskPolicy()
    rubrics: Annotated[tuple[Rubric, ...], Field(min_length=1)]
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    outcomes: tuple[Sentence, Sentence, Sentence, Sentence] = Field(
        description="the topical outcomes of every week; {verb} and {title} are filled in"
    )
    practices: Annotated[tuple[Practice, ...], Field(min_length=1, max_length=4)]
    retro: RetroPrompt
    weeks: Annotated[tuple[Week, ...], Field(min_length=1)]
    capstones: tuple[Capstone, ...] = ()
    roadmap: tuple[RoadmapStop, ...] = ()
    resources: tuple[Resource, ...] = ()
    complementary: tuple[Resource, ...] = Field(default=(), description="courses that go well with this one")

    @cached_property
    def deliverables(self) -> tuple[Deliverable, ...]:
        """Every deliverable by the week it is due in, a week's own before its capstone's."""
        return tuple(sorted(self._placed(), key=lambda item: (item.week, item.track != "weekly")))

    def _placed(self) -> Iterator[Deliverable]:
        for week in self.weeks:
            place = f"Week {week.number}"
            key, blind = f"w{week.number:02}", week.blind
            yield self._deliverable(week.deliverable, key, week.number, "weekly", place, blind)
        for capstone in self.capstones:
            last = max(week.number for week in self.weeks if week.stage == capstone.stage)
            for position, spec in enumerate(capstone.deliverables, 1):
                place = f"{capstone.number}.{position}"
                key, blind = f"c{place}", capstone.blind
                yield self._deliverable(spec, key, last, "capstone", f"Capstone {place}", blind)

    def _deliverable(
        self, spec: DeliverableSpec, key: str, week: int, track: Track, place: str, blind: bool | None
    ) -> Deliverable:
        rubric = next(rubric for rubric in self.rubrics if rubric.key == spec.rubric)
        return Deliverable(
            key=key, week=week, track=track, place=place, title=spec.title, brief=spec.brief,
            rubric=rubric, evidence=spec.evidence, rests_on=tuple(f"w{number:02}" for number in spec.rests_on),
            blind=self.policy(track).blind if blind is None else blind,
        )  # fmt: skip

    @cached_property
    def _by_key(self) -> dict[str, Deliverable]:
        return {item.key: item for item in self.deliverables}

    def deliverable(self, key: str) -> Deliverable:
        """The deliverable with this key; a KeyError if the course has none."""
        return self._by_key[key]

    def parts_of(self, capstone: Capstone) -> tuple[Deliverable, ...]:
        """The deliverables of a capstone, in order."""
        first = f"c{capstone.number}."
        return tuple(item for item in self.deliverables if item.key.startswith(first))

    def week(self, number: int) -> Week:
        """The week with this number; a KeyError if the course has none."""
        for week in self.weeks:
            if week.number == number:
                return week
        raise KeyError(number)

    def stage(self, key: str) -> Stage:
        """The stage with this key; a KeyError if the course has none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def stage_of(self, deliverable: Deliverable) -> Stage:
        """The stage in whose weeks a deliverable is due."""
        return self.stage(self.week(deliverable.week).stage)

    def outcomes_of(self, week: Week) -> tuple[str, ...]:
        """The week's topical outcomes, then the practices: eight in the shipped course."""
        verbs = self.stage(week.stage).verbs
        topical = (
            line.format(verb=verb, title=week.title) for line, verb in zip(self.outcomes, verbs, strict=True)
        )
        return (*topical, *(practice.sentence for practice in self.practices))

    def policy(self, track: Track) -> TrackPolicy:
        """The review policy of a track."""
        return self.review.track(track)

    def accepted_by(self, track: Track) -> Acceptance:
        """Who accepts the work of a track."""
        return self.review.accepted_by(track)
