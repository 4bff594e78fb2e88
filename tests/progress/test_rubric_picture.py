"""The picture of a rubric over the course, and the words that stand in for it."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.progress import rubric_picture
from bot.progress.canvas import fitted
from bot.progress.look import LABEL
from bot.progress.trend_picture import alt_rubric, points_card, rubric_card
from bot.progress.trend_words import latest, works
from tests.progress.colours import colours
from tests.progress.trends import criterion, points, rubric, rubrics, trend, work
from tests.town import COURSE


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=120), rubrics)
def test_any_rubric_makes_a_picture_the_same_each_time_and_is_said_within_the_limit(name, found):
    drawn = rubric_card(name, found)
    assert Image.open(BytesIO(drawn)).width == rubric_picture.WIDTH
    assert drawn == rubric_card(name, found)
    assert 0 < len(alt_rubric(name, found)) <= 1000


def test_a_rubric_of_eight_criteria_over_the_whole_course_is_small_enough_to_send_at_once():
    scored = [work(week, (week / 24, 1), (0.5,), 0.75) for week in range(1, 25)]
    assert len(rubric_card("Ada", rubric(*[criterion(*scored, way="rising")] * 8))) < 400_000


def test_each_criterion_has_a_row_of_its_own():
    one, three = (
        Image.open(BytesIO(rubric_card("Ada", rubric(*[criterion(work(1, (0.5, 1)))] * n)))).height
        for n in (1, 3)
    )
    assert three - one == 2 * rubric_picture.ROW


def test_who_gave_a_score_is_kept_apart_and_shown_only_where_somebody_did():
    peers = colours(rubric_card("Ada", rubric(criterion(work(1, (0.5, 0.5))))))
    assert rubric_picture.SCORE in peers
    assert not {rubric_picture.MENTORS, rubric_picture.SPREAD} & peers
    assert rubric_picture.MENTORS in colours(rubric_card("Ada", rubric(criterion(work(1, (), (0.5,))))))
    own = rubric_card("Ada", rubric(criterion(work(1, own=0.5))))
    assert not {rubric_picture.MENTORS, rubric_picture.SCORE} & colours(own)


def middle_of_the_mark(height, **scored):
    image = Image.open(BytesIO(rubric_card("Ada", rubric(criterion(work(1, **scored)))))).convert("RGB")
    top = rubric_picture.TOP + (rubric_picture.ROW - rubric_picture.CHART) / 2
    at = (
        round(rubric_picture.LEFT + rubric_picture.WIDEST / 2),
        round(top + rubric_picture.CHART * (1 - height)),
    )
    return "#{:02x}{:02x}{:02x}".format(*image.getpixel(at))


def test_a_mark_that_rests_on_one_review_is_hollow_and_a_mentors_is_not():
    assert middle_of_the_mark(0.3, peers=(0.3,)) == rubric_picture.GROUND
    assert middle_of_the_mark(0.3, peers=(0.2, 0.4)) == rubric_picture.SCORE
    assert middle_of_the_mark(0.3, mentors=(0.3,)) == rubric_picture.MENTORS


def test_the_spread_is_drawn_from_the_lowest_to_the_highest():
    def ink(low, high):
        drawn = rubric_card("Ada", rubric(criterion(work(1, (low, high)))))
        image = Image.open(BytesIO(drawn)).convert("RGB").crop((rubric_picture.LEFT, 190, 1200, 400))
        blue = tuple(bytes.fromhex(rubric_picture.SPREAD[1:]))
        return {colour: count for count, colour in image.getcolors(1 << 20)}.get(blue, 0)

    assert ink(0.5, 0.5) == 0
    assert 0 < ink(0.4, 0.6) < ink(0.1, 0.9)


def test_the_newest_score_is_by_peers_and_by_mentors_only_where_they_gave_none():
    both = latest(criterion(work(1, (0.5, 0.7)), work(2, (0.6, 0.8), (1.0,))))
    assert (both.by, both.work.week, both.scores.mean) == ("peers", 2, pytest.approx(0.7))
    alone = latest(criterion(work(1, (0.5, 0.7)), work(2, (), (1.0,)), work(3, own=0.5)))
    assert (alone.by, alone.work.week, alone.says_enough) == ("mentors", 2, True)
    assert latest(criterion(work(1, own=1.0))) is None
    assert not latest(criterion(work(1, (0.5,)))).says_enough


def test_the_newest_score_that_may_stand_alone_goes_before_a_newer_one_of_one_review():
    found = criterion(work(1, (0.2, 0.4)), work(2, (0.5, 0.7)), work(3, (1.0,)))
    assert latest(found).work.week == 2
    assert latest(criterion(work(1, (0.2,)), work(2, (0.4,)))).work.week == 2
    assert latest(criterion(work(1, (0.2,), (0.8,)))).by == "mentors"


def test_every_title_of_our_rubrics_has_room():
    titles = [item.title for found in COURSE.rubrics for item in found.criteria]
    assert all(fitted(title, rubric_picture.ROOM, LABEL, bold=True) == title for title in titles)


def test_work_that_has_a_score_in_any_criterion_has_a_column():
    found = rubric(criterion(work(3, (1,))), criterion(work(1, (1,)), work(3, (1,))), criterion())
    assert [item.week for item in works(found)] == [1, 3]


def test_the_words_say_who_gave_which_score_its_spread_and_the_way():
    said = alt_rubric(
        "Ada",
        rubric(
            criterion(work(4, (0.6, 0.6)), work(5, (0.6, 0.8), (0.5,), 0.9), title="Reasoning", way="rising")
        ),
    )
    assert said.startswith(
        "Scores of Ada by criterion of Engineering work, 2 pieces of work, Week 4 to Week 5."
    )
    assert (
        "Reasoning: 70% by 2 peers in week 5, 60% to 80%; rising; mentors 50% in week 5; own 90% in week 5."
        in said
    )


def test_the_words_are_honest_about_too_few():
    said = alt_rubric("Ada", rubric(criterion(work(1, (0.5,)), title="Reasoning")))
    assert "Reasoning: 50% in week 1 by one review, too few to say; too few to say which way it goes." in said
    assert "no scores by others" in alt_rubric("Ada", rubric(criterion(work(1, own=0.5))))


def test_many_long_criteria_are_said_shorter_and_none_is_left_out():
    scored = [work(week, (0.4, 0.8), (0.5,), 0.5) for week in range(1, 25)]
    titles = [f"{number} is a criterion with a very long title indeed" for number in range(1, 9)]
    said = alt_rubric("A" * 90, rubric(*(criterion(*scored, title=title) for title in titles)))
    assert len(said) <= 1000
    assert all(title[:30] in said for title in titles)
    single = alt_rubric("Ada", rubric(*[criterion(work(1, (0.5,)), title="T" * 60)] * 8))
    assert single.count("one review") == 8


def test_a_rubric_without_scores_says_what_to_wait_for():
    assert alt_rubric("Ada", rubric()).endswith("Nothing to show yet: scores appear after the first reviews.")
    assert rubric_picture.SCORE not in colours(rubric_card("Ada", rubric(criterion())))


def test_a_name_that_the_font_lacks_is_left_to_the_words():
    found = rubric(criterion(work(1, (1, 1))))
    assert rubric_card("李小龙", found) == rubric_card("🔥", found)
    assert "李小龙" in alt_rubric("李小龙", found)
    assert points_card("李小龙", trend(points(1, (1, 0)))) == points_card("🔥", trend(points(1, (1, 0))))


def test_more_work_than_fits_leaves_out_the_oldest():
    def drawn(first, last):
        return rubric_card("Ada", rubric(criterion(*(work(week, (0.5, 1)) for week in range(first, last)))))

    assert drawn(1, 31) == drawn(2, 31)
    assert drawn(1, 31) != drawn(7, 31), "it says that there is more"
    assert "30 pieces of work, Week 1 to Week 30" in alt_rubric(
        "Ada", rubric(criterion(*(work(week, (0.5, 1)) for week in range(1, 31))))
    )
