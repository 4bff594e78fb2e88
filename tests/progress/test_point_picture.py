"""The picture of defects and risks by week, and the words that stand in for it."""

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.progress import look, point_picture
from bot.progress.trend_picture import alt_points, points_card
from bot.progress.trends import Repeated
from tests.progress.colours import colours
from tests.progress.trends import points, trend, trends


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=120), trends)
def test_any_points_make_a_picture_the_same_each_time_and_are_said_within_the_limit(title, found):
    drawn = points_card(title, found)
    assert Image.open(BytesIO(drawn)).width == look.WIDTH
    assert drawn == points_card(title, found)
    assert 0 < len(alt_points(title, found)) <= 1000


def test_kinds_are_told_apart_by_hatching_and_shown_only_where_they_occur():
    both = colours(points_card("Ada", trend(points(1, (2, 3)))))
    assert {point_picture.DEFECT, point_picture.RISK, point_picture.RISK_STRIPE} <= both
    defects = colours(points_card("Ada", trend(points(1, (2, 0)))))
    assert point_picture.RISK_STRIPE not in defects


def test_what_is_resolved_and_what_is_still_open_is_shown():
    drawn = colours(points_card("Ada", trend(points(1, (2, 0), (2, 0)))))
    assert point_picture.RESOLVED in drawn
    assert point_picture.RESOLVED not in colours(points_card("Ada", trend(points(1, (2, 0)))))


def test_what_was_left_as_it_was_is_neither_resolved_nor_open():
    left = points_card("Ada", trend(points(1, (2, 0), left=2)))
    assert look.FAINT in colours(left)
    assert point_picture.RESOLVED not in colours(left)
    assert look.FAINT not in colours(points_card("Ada", trend(points(1, (2, 0)))))
    said = alt_points("Ada", trend(points(1, (2, 1), (1, 0), left=2)))
    assert "Found 2 defects, 1 risk; resolved 1, left as they were 2, still open 0." in said


def test_what_repeats_stands_below_in_words():
    again = Repeated(kind="defect", severity="high", weeks=[1, 2, 3])
    plain, more = (
        Image.open(BytesIO(points_card("Ada", trend(points(1, (2, 0)), repeated=repeated)))).height
        for repeated in ((), (again,))
    )
    assert more > plain
    said = alt_points("Ada", trend(points(1, (2, 0)), repeated=[again]))
    assert "Keeps coming back: defects of high severity in weeks 1-3." in said


def test_the_words_count_what_was_found_resolved_and_left_open():
    said = alt_points("Spring", trend(points(1, (2, 1), (2, 0)), points(3, (1, 1))))
    assert said.startswith("Defects and risks of Spring by week. Reviewed: weeks 1 and 3.")
    assert "Found 3 defects, 2 risks; resolved 2, still open 3." in said
    assert said.endswith("By week, found and still open: 1: 3 and 1, 3: 2 and 2.")


def test_no_reviews_and_no_findings_are_different_things():
    assert alt_points("Ada", trend()).endswith("Nothing to show yet: they appear after the first reviews.")
    assert alt_points("Ada", trend(points(1))).endswith("Reviewed: week 1. Nothing was found.")
    assert points_card("Ada", trend()) != points_card("Ada", trend(points(1)))
