"""The picture of a student's course, and the words that stand in for it."""

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.progress import picture
from bot.progress.canvas import drawable, fitted, text_width
from bot.progress.figures import percent, week_list
from bot.progress.picture import StudentCard, WeekFigures, alt_text, student_card


def a_week(number, **figures):
    ahead = {"handed_in": None, "late": False, "evidence": None, "score": None, "reviews": 0, "cohort": None}
    return WeekFigures(week=number, **(ahead | figures))


def done(number, score=None, reviews=2, late=False, evidence=1.0, cohort=None):
    reviews = reviews if score is not None else 0
    return a_week(
        number, handed_in=True, late=late, evidence=evidence, score=score, reviews=reviews, cohort=cohort
    )


def missed(number):
    return a_week(number, handed_in=False, evidence=0.0)


def a_card(*past, name="Zoë Okonkwo", now_week=None, given=0, owed=0, on_time=0):
    ahead = [a_week(number) for number in range(len(past) + 1, 25)]
    return StudentCard(
        name=name,
        cohort="Backend 2026-A",
        weeks=(*past, *ahead),
        now_week=len(past) + 1 if now_week is None else now_week,
        reviews_given=given,
        reviews_owed=owed,
        given_on_time=on_time,
    )


def scored(*scores, reviews=2):
    return a_card(*(done(number, score, reviews) for number, score in enumerate(scores, 1)))


def colours(card):
    image = Image.open(BytesIO(student_card(card)))
    return {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in image.getcolors(1 << 20)}


shares = st.none() | st.floats(0, 1)
weeks = st.builds(
    WeekFigures,
    week=st.integers(1, 24),
    handed_in=st.sampled_from([None, True, False]),
    late=st.booleans(),
    evidence=shares,
    score=shares,
    reviews=st.integers(0, 9),
    cohort=shares,
)
cards = st.builds(
    StudentCard,
    name=st.text(max_size=120),
    cohort=st.text(max_size=200),
    weeks=st.lists(weeks, max_size=30).map(
        lambda all_: tuple(replace(w, week=i) for i, w in enumerate(all_, 1))
    ),
    now_week=st.integers(-1, 40),
    reviews_given=st.integers(0, 500),
    reviews_owed=st.integers(0, 500),
    given_on_time=st.integers(0, 500),
)


@settings(max_examples=25, deadline=None)
@given(cards)
def test_any_figures_make_a_picture_of_the_stated_size_the_same_each_time(card):
    drawn = student_card(card)
    image = Image.open(BytesIO(drawn))
    assert (image.format, image.size) == ("PNG", (picture.WIDTH, picture.HEIGHT))
    assert drawn == student_card(card)


@settings(max_examples=100, deadline=None)
@given(cards)
def test_any_figures_are_said_within_the_limit_for_alt_text(card):
    assert 0 < len(alt_text(card)) <= 1000


def test_a_picture_is_small_enough_to_send_at_once():
    assert len(student_card(scored(*(0.5 + number / 60 for number in range(24))))) < 150_000


def test_a_missed_week_is_marked_and_only_then():
    assert picture.MISSED in colours(a_card(done(1), missed(2)))
    assert picture.MISSED not in colours(a_card(done(1), done(2)))


def test_late_work_is_hatched_and_only_late_work():
    late = colours(a_card(done(1, late=True)))
    assert {picture.LATE, picture.LATE_STRIPE} <= late
    assert picture.ON_TIME not in late
    assert picture.LATE not in colours(a_card(done(1)))


def test_the_bar_grows_with_the_evidence():
    def ink(evidence):
        image = Image.open(BytesIO(student_card(a_card(done(1, evidence=evidence)))))
        strip = image.crop((0, picture.WORK_TOP, picture.WIDTH, picture.WORK_FOOT))
        green = tuple(bytes.fromhex(picture.ON_TIME[1:]))
        return {colour: count for count, colour in strip.getcolors(1 << 20)}.get(green, 0)

    assert 0 < ink(0.0) < ink(0.5) < ink(1.0)


def test_a_score_that_rests_on_one_review_is_hollow():
    def middle_of_the_dot(reviews):
        image = Image.open(BytesIO(student_card(a_card(done(1, 0.6, reviews)))))
        column = (picture.RIGHT - picture.LEFT) / 24
        height = picture.SCORE_FOOT - 0.6 * (picture.SCORE_FOOT - picture.SCORE_TOP)
        return "#{:02x}{:02x}{:02x}".format(
            *image.getpixel((round(picture.LEFT + column / 2), round(height)))
        )

    assert middle_of_the_dot(1) == picture.GROUND
    assert middle_of_the_dot(2) == picture.SCORE


def test_the_current_week_moves_the_mark():
    week = a_card(done(1), done(2), done(3), done(4))
    assert student_card(replace(week, now_week=4)) != student_card(replace(week, now_week=5))


def test_the_cohort_is_drawn_only_where_it_has_a_median():
    assert picture.COHORT in colours(a_card(done(1, 0.5, cohort=0.6), done(2, 0.5, cohort=0.6)))
    assert picture.COHORT not in colours(a_card(done(1, 0.5), done(2, 0.5)))


def test_before_the_first_week_the_picture_and_the_words_say_so():
    blank = a_card()
    assert picture.SCORE not in colours(blank)
    assert alt_text(blank).endswith("week 1 of 24. Nothing to show yet: the first week will appear here.")
    assert "starting soon" in alt_text(a_card(now_week=0))


def test_a_course_that_is_over_says_so():
    assert "course finished" in alt_text(a_card(*(done(n) for n in range(1, 25))))


def test_the_words_count_what_was_handed_in_late_and_missed():
    said = alt_text(a_card(done(1), done(2, late=True, evidence=0.5), missed(3), missed(4), missed(5)))
    assert "Zoë Okonkwo in Backend 2026-A, week 6 of 24" in said
    assert "Handed in 2 of 5; late: week 2; missed: weeks 3-5." in said
    assert "Evidence 75% complete in what was handed in." in said


def test_the_words_count_reviews_given_on_time():
    assert "Reviews given: 5 of 6, 4 of them on time." in alt_text(
        a_card(done(1), given=5, owed=6, on_time=4)
    )
    assert "No reviews asked for yet." in alt_text(a_card(done(1)))


def test_reviews_beyond_those_asked_for_never_read_as_more_than_all():
    assert "Reviews given: 3 of 3" in alt_text(a_card(done(1), given=3, owed=2, on_time=3))


@pytest.mark.parametrize(
    ("scores", "trend"),
    [
        ((0.4, 0.4, 0.5, 0.6, 0.6, 0.7), "rising"),
        ((0.9, 0.9, 0.8, 0.7, 0.6, 0.6), "falling"),
        ((0.6, 0.62, 0.6, 0.61, 0.6, 0.63), "steady"),
        ((0.2, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9), "steady"),
        ((0.4, 0.4, 0.6, 0.6), "rising"),
        ((0.4, 0.4, 0.9), None),
    ],
)
def test_a_trend_compares_the_latest_weeks_with_those_just_before(scores, trend):
    assert scored(*scores).trend == trend


def test_a_trend_is_said_in_words():
    assert "Score 63% of the top level lately, rising." in alt_text(scored(0.4, 0.4, 0.5, 0.6, 0.6, 0.7))
    assert "too few to say which way it goes" in alt_text(scored(0.4, 0.4, 0.9))


def test_scores_that_rest_on_single_reviews_are_too_few_to_say():
    said = alt_text(scored(0.4, 0.5, 0.9, 0.9, reviews=1))
    assert "Score: too few to say. Resting on fewer than 2 reviews: weeks 1-4." in said
    assert scored(0.4, 0.5, 0.9, 0.9, reviews=1).trend is None


def test_one_sound_score_is_too_few_to_say():
    assert "Score: too few to say." in alt_text(scored(0.8))


def test_the_words_place_a_student_beside_the_cohort():
    said = alt_text(
        a_card(done(1, 0.9, cohort=0.5), done(2, 0.5, cohort=0.5), done(3, 0.2, reviews=1, cohort=0.5))
    )
    assert "above in 1, near in 1, below in 0 of 2 weeks" in said


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Zoë Okonkwo", "Zoë Okonkwo"),
        ("Nguyễn Thị Minh", "Nguyễn Thị Minh"),
        ("Анна\nКузнецова", "Анна Кузнецова"),
        ("𝓐𝓭𝓪 🔥 Lovelace", "Ada Lovelace"),
        ("李小龙", ""),
        ("李 Bruce", "Bruce"),
        ("C++ & Rust | A", "C++ & Rust | A"),
    ],
)
def test_a_name_is_drawn_as_far_as_the_font_goes(name, drawn):
    assert drawable(name) == drawn


def test_a_name_that_cannot_be_drawn_is_left_to_the_words():
    card = a_card(done(1), name="李小龙")
    assert student_card(card) == student_card(replace(card, name="🔥"))
    assert "李小龙" in alt_text(card)


def test_a_long_name_is_shortened_with_an_ellipsis():
    short = fitted("Maximiliane von Hohenstein-Wittgenstein " * 3, 400, 46, bold=True)
    assert short.startswith("Maximiliane")
    assert short.endswith("…")
    assert text_width(short, 46, bold=True) <= 400
    assert fitted("Ada", 400, 46) == "Ada"


def test_weeks_are_listed_as_people_say_them():
    assert week_list([3]) == "week 3"
    assert week_list([4, 3]) == "weeks 3-4"
    assert week_list([1, 4, 5, 6, 9]) == "weeks 1, 4-6 and 9"


def test_only_what_is_complete_says_a_hundred_percent():
    assert (percent(1.0), percent(0.999), percent(0.0), percent(1.4)) == ("100%", "99%", "0%", "100%")
