"""A portfolio as Markdown, for the front page of a repository."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.portfolio import outline, words
from bot.portfolio.outcomes import SIGNS
from bot.portfolio.rules import Dossier, Entry, WeekProof
from bot.progress.figures import percent

ENTRY_LEVEL = 3  # of the heading above a narrative, as on the page


def readme(dossier: Dossier) -> str:
    """The whole portfolio, in the page's order."""
    blocks = [
        *_head(dossier),
        *(block for part in outline.sections(dossier.portfolio.entries) for block in _section(dossier, part)),
        *_trend(dossier),
        *_outcomes(dossier),
        "## How to read this",
        *map(words.inert, outline.reading(dossier)),
    ]
    return "\n\n".join(blocks) + "\n"


def _head(dossier: Dossier) -> Iterator[str]:
    portfolio, course = dossier.portfolio, dossier.running.course.course
    yield f"# {words.line(portfolio.member.name)}"
    if portfolio.headline:
        yield f"**{words.line(portfolio.headline)}**"
    if portfolio.contact:
        yield words.link(portfolio.contact, portfolio.contact)
    about = f"{course.title}, {course.school} ({course.level}), {outline.span(dossier)}."
    yield f"{words.line(about)} {words.line(outline.facts(dossier))}."
    if portfolio.about:
        yield words.inert(portfolio.about)


def _section(dossier: Dossier, section: outline.Section) -> Iterator[str]:
    yield f"## {section.title}"
    for entry in section.entries:
        yield from _entry(dossier, entry)


def _entry(dossier: Dossier, entry: Entry) -> Iterator[str]:
    zone = dossier.running.cohort.zone
    yield f"### {words.line(entry.deliverable.title)}"
    yield f"{words.line(entry.deliverable.place)}. {outline.accepted(entry, zone)}."
    yield words.markdown(entry.narrative, below=ENTRY_LEVEL)
    for quote in entry.quotes:
        said = words.inert(quote.words).replace("\n", "\n> ")
        yield f"> {said}\n>\n> {words.line(outline.whose(quote))}"
    noted = [(words.link(proof.label, proof.url), outline.state(proof, zone)) for proof in entry.proofs]
    if noted:
        yield "\n".join(f"- {link}{f' ({note})' if note else ''}" for link, note in noted)


def _trend(dossier: Dossier) -> Iterator[str]:
    yield "## Reviews and trend"
    yield f"{outline.trend(dossier.card)} {outline.found(dossier.trends.points)}".strip()
    rows = outline.scores(dossier)
    if rows:
        head = ("Stage", "Mean", "Range", "Rests on")
        yield _table(
            head, [(words.line(row.stage.title), *_scores(row), outline.rests_on(row)) for row in rows]
        )


def _scores(row: outline.StageScores) -> tuple[str, str]:
    if row.mean is None or row.low is None or row.high is None:
        return "too few to say", ""
    return percent(row.mean), f"{percent(row.low)} to {percent(row.high)}"


def _outcomes(dossier: Dossier) -> Iterator[str]:
    course = dossier.running.course
    yield "## Outcomes and proof"
    if ahead := outline.to_come(dossier):
        yield ahead
    for stage in outline.stages(dossier):
        yield f"### {words.line(stage.title)}: {words.line(', '.join(stage.verbs))}"
        yield "\n".join(f"- {words.line(outcome)}" for outcome in outline.outcomes(course, stage))
        kinds = outline.kinds(course, stage)
        titles = [words.line(practice.title) for practice in course.practices]
        rows = [_week(dossier, row, kinds) for row in outline.reached(dossier) if row.stage.key == stage.key]
        yield _table(("Week", *map(outline.label, kinds), *titles), rows)


def _week(dossier: Dossier, row: WeekProof, kinds: Sequence[str]) -> list[str]:
    proofs = [
        ", ".join(words.link(outline.brief(proof), proof.url) for proof in row.proofs if proof.kind == kind)
        for kind in kinds
    ]
    practices = [
        row.practices[practice.key] or ("" if practice.key in SIGNS else outline.BY_HAND)
        for practice in dossier.running.course.practices
    ]
    return [words.line(f"{row.week.number}. {row.week.title}"), *proofs, *practices]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
