"""Small charts inside pages: well-formed, without script or style, and the same in words."""

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.progress.svg import points_bars, score_line
from tests.progress.test_picture import a_card, cards, done, missed
from tests.progress.trends import points, trend, trends

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "</title><script>alert(\"1\")</script> & 'co'"


def read(chart):
    return ElementTree.fromstring(chart)


def of(chart, name):
    return [item for item in read(chart).iter() if item.get("class") == name]


def words(chart):
    return [item.text for item in read(chart).iter(f"{SVG}text")]


@settings(max_examples=50, deadline=None)
@given(
    cards, trends, st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
)
def test_any_figures_make_a_picture_that_any_page_may_hold(card, found, title):
    for chart in (score_line(card.weeks, title), points_bars(found, title)):
        assert isinstance(chart, Markup)
        whole = read(chart)
        assert (whole.get("role"), whole.get("class")) == ("img", "chart")
        assert whole.get("viewBox")
        assert not {"width", "height"} & set(whole.keys()), "it takes the room that there is"
        assert whole[0].tag == f"{SVG}title"
        assert (whole[0].text or "") == title
        assert whole[1].tag == f"{SVG}desc"
        assert whole[1].text
        for item in whole.iter():
            assert item.tag.removeprefix(SVG) in {"svg", "title", "desc", "text", "path", "circle", "g"}
            assert not [key for key in item.attrib if key == "style" or key.startswith("on") or "href" in key]
            assert item.get("fill") in {None, "none", "currentColor"}


@pytest.mark.parametrize("chart", [score_line((), EVIL), points_bars(trend(), EVIL)])
def test_a_title_is_escaped(chart):
    assert "<script" not in chart
    assert read(chart)[0].text == EVIL


def test_the_same_figures_give_the_same_chart():
    weeks = a_card(done(1, 0.5), done(2, 0.75)).weeks
    assert score_line(weeks) == score_line(weeks)


def test_a_score_on_one_review_is_hollow_and_a_gap_is_dotted():
    chart = score_line(a_card(done(1, 0.5), done(2, 0.75), missed(3), done(4, 0.6, 1)).weeks)
    assert len(of(chart, "dot")) == 2
    assert [item.tag for item in of(chart, "line")] == [f"{SVG}path", f"{SVG}circle"]
    assert len(of(chart, "axis")) == 1


def test_the_cohort_is_left_out():
    alone, beside = (score_line(a_card(done(1, 0.5, cohort=cohort)).weeks) for cohort in (None, 0.9))
    assert alone == beside


def test_scores_are_said_in_words():
    chart = score_line(a_card(done(1, 0.5), done(2, 0.75, 1)).weeks)
    assert read(chart)[1].text == "Week 1 50%, week 2 75% (one review only)."
    assert "Scores appear after the first reviews" in words(score_line(a_card().weeks))
    assert read(score_line(()))[1].text == "No scores yet."


def test_defects_are_solid_risks_striped_and_open_ones_an_outline():
    chart = points_bars(trend(points(1, (2, 3), (2, 1))))
    for name in ("bar", "bar-b", "bar resolved", "bar-c"):
        assert len(of(chart, name)) == 2, "the key and the column"
    assert [text for text in words(chart) if text.isalpha() and text != "week"] == [
        "defects",
        "risks",
        "resolved",
    ]
    assert of(chart, "bar-b")[-1].get("d").count("z") > of(chart, "bar")[-1].get("d").count("z") == 1


def test_what_was_left_as_it_was_is_dashed_and_named_only_where_it_occurs():
    def dashed(chart):
        return [bar for bar in of(chart, "bar-c") if bar.get("stroke-dasharray")]

    chart = points_bars(trend(points(1, (2, 0), (1, 0), left=1)))
    assert len(dashed(chart)) == 2, "the key and the column"
    assert "left as is" in words(chart)
    plain = points_bars(trend(points(1, (2, 0), (1, 0))))
    assert not dashed(plain)
    assert "left as is" not in words(plain)


def test_points_are_said_in_words():
    chart = points_bars(trend(points(1, (2, 1), (2, 0))))
    assert "Found 2 defects, 1 risk; resolved 2, still open 1." in read(chart)[1].text
    assert words(points_bars(trend())) == ["They appear after the first reviews"]
    assert words(points_bars(trend(points(1)))) == ["Nothing was found"]


def test_a_whole_course_is_a_light_chart():
    weeks = [points(week, (300 + week, 400 - week), (200, 100)) for week in range(1, 25)]
    assert len(points_bars(trend(*weeks))) < 16_000
    assert len(score_line(a_card(*(done(week, 0.5) for week in range(1, 25))).weeks)) < 5_000
