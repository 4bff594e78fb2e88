"""Trends to draw: some by hand, and any that there can be."""

from hypothesis import strategies as st

from bot.progress.trends import CriterionTrend, PointsOfWeek, PointTrend, Repeated, RubricTrend, Scored
from bot.reviews.rules import Scores


def work(week, peers=(), mentors=(), own=None):
    return Scored(
        deliverable=f"w{week:02}",
        place=f"Week {week}",
        week=week,
        peers=Scores.of(peers) if peers else None,
        mentors=Scores.of(mentors) if mentors else None,
        own=own,
    )


def criterion(*scored, title="Tests and proof", way=None):
    return CriterionTrend(rubric="Engineering work", criterion=title, title=title, scored=scored, way=way)


def rubric(*criteria):
    return RubricTrend(rubric="engineering", title="Engineering work", criteria=criteria)


def points(week, found=(0, 0), resolved=(0, 0), left=0):
    kinds = ("defect", "risk")
    return PointsOfWeek(
        week=week,
        opened=dict(zip(kinds, found, strict=True)),
        resolved=dict(zip(kinds, resolved, strict=True)),
        left=left,
    )


def trend(*weeks, repeated=()):
    return PointTrend(weeks=weeks, repeated=repeated)


shares = st.floats(0, 1)
scores = st.none() | st.lists(shares, min_size=1, max_size=4).map(Scores.of)
pieces = st.lists(
    st.builds(
        lambda week, peers, mentors, own: Scored(
            deliverable=f"w{week:02}", place=f"Week {week}", week=week, peers=peers, mentors=mentors, own=own
        ),
        st.integers(1, 24),
        scores,
        scores,
        st.none() | shares,
    ),
    max_size=24,
    unique_by=lambda scored: scored.week,
).map(lambda scored: sorted(scored, key=lambda item: item.week))
rubrics = st.builds(
    RubricTrend,
    rubric=st.just("r"),
    title=st.text(max_size=200),
    criteria=st.lists(
        st.builds(
            CriterionTrend,
            rubric=st.text(max_size=90),
            criterion=st.just("c"),
            title=st.text(max_size=200),
            scored=pieces,
            way=st.sampled_from([None, "rising", "steady", "falling"]),
        ),
        max_size=8,
    ),
)
kinds = st.dictionaries(st.sampled_from(["defect", "risk"]), st.integers(0, 400))
trends = st.builds(
    lambda weeks, repeated: PointTrend(
        weeks=[
            PointsOfWeek(
                week=week,
                opened=opened,
                resolved={kind: count // 2 for kind, count in opened.items()},
                left=sum(opened.values()) // 4,
            )
            for week, opened in sorted(weeks.items())
        ],
        repeated=repeated,
    ),
    st.dictionaries(st.integers(1, 24), kinds, max_size=24),
    st.lists(
        st.builds(
            Repeated,
            kind=st.sampled_from(["defect", "risk"]),
            severity=st.sampled_from(["low", "medium", "high"]),
            weeks=st.lists(st.integers(1, 24), min_size=3, max_size=24, unique=True),
        ),
        max_size=6,
    ),
)
