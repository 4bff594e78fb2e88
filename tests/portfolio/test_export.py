"""`/portfolio export`: files that stand on their own, and what is kept out of them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.errors import CourseError, NotAllowed
from bot.portfolio import exporting, site
from bot.portfolio.dossier import Dossiers
from bot.portfolio.export_cards import exported
from bot.portfolio.readme import readme
from bot.portfolio.rules import Quote
from bot.submissions import store as submissions
from tests.house import button, buttons, opened, said
from tests.portfolio import shelf
from tests.portfolio.gallery import NOW, Gallery
from tests.portfolio.shelf import entry
from tests.shown import assert_discord_holds, words_of
from tests.town import MENTOR, Town

EVIL = "<script>alert(1)</script> <@123456789012345678> | \u202eevil [x](javascript:alert(1)) `a` & *b*"
VOID = {"meta", "link", "br", "hr"}


class Outline(HTMLParser):
    """Whether tags are closed in order, and what a page's tags are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def page(dossier) -> str:
    return site.page(dossier, style="style.css", is_file=True)


def files(pack: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(pack)) as opened_:
        return {name: opened_.read(name).decode() for name in opened_.namelist()}


def evil():
    """Somebody who puts markup everywhere that a student can type."""
    quote = Quote(review_id=1, words=EVIL, by=EVIL, is_mentor=False)
    work = entry("w01", narrative=EVIL, place=1, quotes=[quote])
    found = shelf.dossier(work, entry("w02", narrative=f"{EVIL}\n\n{EVIL}"))
    owner = replace(found.portfolio.member, name=EVIL)
    return replace(
        found,
        portfolio=replace(
            found.portfolio, member=owner, headline=EVIL, about=EVIL, contact="javascript:alert(1)"
        ),
    )


def test_the_zip_holds_a_page_its_style_markdown_and_json():
    found = files(exporting.packed(shelf.whole()))
    assert list(found) == ["index.html", "style.css", "README.md", "portfolio.json"]
    assert '<link rel="stylesheet" href="style.css">' in found["index.html"]
    assert found["style.css"] == site.STYLE
    assert exporting.pack_name(shelf.whole()) == "portfolio-aster-example.zip"


def test_the_same_portfolio_gives_the_same_bytes():
    assert exporting.packed(shelf.whole()) == exporting.packed(shelf.whole())


def test_a_portfolio_that_is_too_large_is_refused_kindly():
    with pytest.raises(CourseError, match="Shorten its longest narratives"):
        exporting.packed(shelf.whole(), limit=1000)


@pytest.mark.parametrize(
    "dossier", [shelf.whole(), shelf.third_week(), evil()], ids=["whole", "third week", "evil"]
)
def test_the_page_is_well_formed_and_asks_for_nothing_but_its_style(dossier):
    found = Outline(page(dossier))
    assert found.open == []
    tags = [tag for tag, _ in found.tags]
    assert not {"script", "img", "iframe", "object", "form", "style", "base"} & set(tags)
    assert not [
        attrs for _, attrs in found.tags if "style" in attrs or any(key.startswith("on") for key in attrs)
    ]
    assert [attrs["href"] for tag, attrs in found.tags if tag == "link"] == ["data:,", "style.css"]
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inside = [
        attrs["href"][1:]
        for tag, attrs in found.tags
        if tag == "a" and str(attrs.get("href")).startswith("#")
    ]
    assert set(inside) <= set(ids)
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_whole_course_is_a_light_page():
    assert len(page(shelf.whole()).encode()) < 60_000
    assert len(site.STYLE.encode()) < 6_000
    assert len(page(shelf.third_week()).encode()) < 20_000


def test_what_members_typed_acts_nowhere():
    html, markdown = page(evil()), readme(evil())
    again = MarkdownIt("gfm-like", {"html": True}).render(markdown)
    for shown in (html, again):
        assert "<script" not in shown
        assert "javascript:alert(1)" not in re.findall(r'href="([^"]*)"', shown)
        assert "&lt;script&gt;" in shown
        assert "\u202e" not in shown
    assert "&lt;@123456789012345678&gt;" in html
    assert again.count("<table>") == 1 + 1  # scores, and the stage so far: a bar in a title opens no column
    assert json.loads(exporting.as_json(evil()))["name"] == EVIL  # programs escape for themselves


def test_the_first_minute_is_the_best_work_with_its_proof_and_one_voice():
    html = page(shelf.whole())
    order = [
        html.index(part) for part in ("Aster Example</bdi>", "33 of 33", 'id="best"', 'id="w06"', 'id="c3.1"')
    ]
    assert order == sorted(order)
    first = html[html.index('id="w06"') : html.index('id="c3.1"')]
    assert "The 200-hold race" in first
    assert "A classmate" in first
    assert "opened on 19 August 2026, commit 1a2b3c4 of 15 April 2026" in first
    later = [
        html.index(f'<h2 id="{part}"')
        for part in ("best", "capstones", "trend", "other", "outcomes", "reading")
    ]
    assert later == sorted(later)


def test_nothing_of_others_and_no_discord_id_leaves():
    found = files(exporting.packed(shelf.whole()))
    whole = "\n".join(found.values())
    assert "123456789012345678" not in whole
    assert "0.123" not in whole  # the cohort's median
    assert "12%" not in whole
    assert shelf.ASTER.name in whole
    assert "aster-example-q7h2k9zt" not in whole  # where the page would be
    assert not re.search(r"at risk|missed", whole)


def test_the_links_of_work_that_is_not_published_stay_home():
    found = shelf.third_week()
    assert found.weeks[1].proofs
    for name, text in files(exporting.packed(found)).items():
        assert ("git.example.org/aster/boxoffice/w01" in text) == (name != "style.css")
        assert "boxoffice/w02" not in text
    assert json.loads(exporting.as_json(found))["weeks"][1]["proofs"][0]["url"] is None


def test_a_student_with_few_reviews_is_told_so_and_one_without_scores_has_no_chart():
    html = page(shelf.third_week())
    assert "too few reviews to say" in html
    assert "too few to say" in html
    assert "<svg" in html
    blank = page(shelf.dossier(entry("w01"), weeks=0))
    assert "<svg" not in blank
    assert "<table>" not in blank


def test_every_practice_that_only_people_can_judge_says_so():
    from bot.curriculum import Practice
    from bot.portfolio.outcomes import Done, week_proof

    course = shelf.COURSE.model_copy(
        update={"practices": (Practice(key="pairing", title="Pair", sentence="Work in pairs."),)}
    )
    found = shelf.dossier(
        entry("w01"),
        running=replace(shelf.RUNNING, course=course),
        weeks=1,
    )
    found = replace(found, weeks=[week_proof(course, course.week(1), Done())])
    assert ">by hand</td>" in page(found)
    assert "| by hand |" in readme(found)


def test_json_is_for_programs():
    found = json.loads(exporting.as_json(shelf.whole()))
    assert found["format"] == "homeroom.portfolio/1"
    assert found["made_at"] == "2026-08-20T00:00:00+00:00"
    assert found["figures"] == {
        "accepted": 33, "asked": 33, "capstones": 3, "capstones_signed_off": 3, "reviews_given": 48,
        "reviews_given_on_time": 48,
    }  # fmt: skip
    first = found["entries"][0]
    assert (first["key"], first["best"], first["accepted_by"], first["revision"]) == ("w06", 1, "peers", 2)
    assert first["quotes"] == [
        {
            "words": "The 200-hold race is the first proof I believed without running it.",
            "by": None,
            "role": "classmate",
        }
    ]
    assert first["proofs"][0]["commit"] == "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
    assert found["scores"][1] == {"week": 3, "share": 0.51, "reviews": 2}
    assert len(found["weeks"][0]["outcomes"]) == 8
    assert found["weeks"][0]["practices"] == {
        "track": "2 reviews", "retro": "written", "revise": "revision 2", "publish": "here"
    }  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_any_words_make_files(narrative, name, headline):
    found = shelf.dossier(entry("w01", narrative=narrative, place=1), weeks=1)
    owner = replace(found.portfolio.member, name=name)
    found = replace(found, portfolio=replace(found.portfolio, member=owner, headline=headline))
    assert Outline(page(found)).open == []
    assert readme(found).count("\n## ") >= 4
    json.loads(exporting.as_json(found))


def test_the_card_says_what_is_in_the_zip_and_what_would_make_it_better():
    view = exported(shelf.third_week(), "portfolio-aster.zip", 12_345)
    two = exported(shelf.dossier(entry("w01"), entry("w02")), "portfolio-aster.zip", 12_345)
    assert_discord_holds(view)
    assert "1 piece of work, 12 kB" in words_of(view)
    assert "Choose your best three" not in words_of(view)
    assert "Choose your best three" in words_of(two)
    assert "Choose your best three" not in words_of(exported(shelf.whole(), "portfolio-aster.zip", 400))


# ------------------------------------------------------------------------------- from what the course knows


@pytest.fixture
async def gallery(database) -> Gallery:
    town = Town(database)
    await town.begin(3, mentor=True)
    return Gallery(town)


async def own(gallery: Gallery, user_id: int = 1, now=NOW):
    return await Dossiers(gallery.town.database).own(await gallery.here(user_id, now), now)


async def test_it_is_put_together_from_facts(gallery):
    town = gallery.town
    later = NOW + timedelta(days=1)
    await gallery.accepted(1, "w01", "w02")
    await gallery.publish(1, "w01")
    here = await gallery.here(1)
    await town.retros.write(here, 1, retain="a", improve="b", scale="c", kept=None, now=NOW)
    found = await own(gallery, now=later)
    assert (found.accepted, found.asked, found.signed_off) == (2, 33, 0)
    assert [item.deliverable.key for item in found.portfolio.entries] == ["w01"]
    first, second, third = found.weeks[:3]
    assert (first.accepted_at, third.accepted_at) == (NOW, None)
    assert first.practices == {"track": None, "retro": "written", "revise": None, "publish": "here"}
    assert all(proof.url for proof in first.proofs)
    assert [proof.kind for proof in second.proofs] == ["contract", "demo", "memo"]
    assert not any(proof.url for proof in second.proofs)
    assert second.practices["publish"] is None
    assert list(third.proofs) == []


async def test_a_capstone_counts_once_a_mentor_has_accepted_all_of_it(gallery):
    mentor = (await gallery.member(MENTOR)).id
    await gallery.published(1, "w01")
    for key in ("c1.1", "c1.2"):
        await gallery.decide(await gallery.hand_in(1, key), mentor=mentor)
    assert (await own(gallery)).signed_off == 0
    await gallery.decide(await gallery.hand_in(1, "c1.3"), mentor=mentor)
    assert (await own(gallery)).signed_off == 1


async def test_reviews_and_settled_points_show_that_practices_were_kept(gallery):
    town = gallery.town
    due = (await gallery.here(1)).week(1).deadline
    for user_id in (1, 2, 3):
        await gallery.hand_in(user_id, "w01", due - timedelta(days=1))
    await town.tick(due + timedelta(minutes=1))
    for user_id in (2, 3):
        await town.review_all(user_id, due + timedelta(hours=1))
    await town.answer_all(1, "w01", due + timedelta(hours=2), kind="explained")
    for user_id in (2, 3):
        await town.recheck_all(user_id, due + timedelta(hours=3))
    await town.tick(due + timedelta(hours=4))
    now = due + timedelta(hours=5)
    await gallery.publish(1, "w01", now=now)
    found = await own(gallery, now=now)
    assert found.weeks[0].practices == {
        "track": "2 reviews", "retro": None, "revise": "2 points settled", "publish": "here"
    }  # fmt: skip
    assert "Student 2" not in "".join(files(exporting.packed(found)).values())


async def test_nothing_is_told_of_work_that_is_not_accepted_nor_what_one_reviewer_alone_scored(gallery):
    town, now = gallery.town, NOW
    for number, key in ((1, "w01"), (2, "w02"), (3, "w03")):
        due = (await gallery.here(1)).week(number).deadline
        for user_id in (1, 2, 3):
            await gallery.hand_in(user_id, key, due - timedelta(days=1))
        await town.tick(due + timedelta(minutes=1))
        for user_id in (2, 3) if key != "w02" else (2,):
            await town.review_all(user_id, due + timedelta(hours=1))
        await town.retros.write(
            await gallery.here(1, due), number, retain="a", improve="b", scale="c", kept=None, now=due
        )
        now = due + timedelta(hours=2)
        if key != "w03":
            submission = (await own_work(gallery, key, now)).submission_id
            await gallery.decide(submission, now)
            await gallery.publish(1, key, now=now)
    found = await own(gallery, now=now)
    assert [(week.week, week.reviews) for week in found.card.weeks if week.score is not None] == [(1, 2)]
    assert [week.week for week in found.trends.points.weeks] == [1, 2]
    assert [week.practices["retro"] for week in found.weeks[:3]] == ["written", "written", None]
    assert [week.practices["track"] for week in found.weeks[:3]] == ["2 reviews", None, None]
    said = "".join(files(exporting.packed(found)).values())
    assert "one review only" not in said


async def own_work(gallery, key, now):
    here = await gallery.here(1, now)
    return await gallery.town.database.read(
        lambda tx: submissions.latest(tx, here.cohort.id, here.member.id, key)
    )


async def test_what_is_excused_is_not_asked(gallery):
    from bot.cohorts import allowances

    await gallery.published(1, "w01")
    here = await gallery.here(1)
    await gallery.town.database.write(
        lambda tx: allowances.allow(
            tx,
            here.cohort.id,
            here.member.id,
            "w02",
            until_at=None,
            excused_at=NOW,
            reason="",
            granted_by=None,
            now=NOW,
        )
    )
    assert (await own(gallery)).asked == 32


async def test_nothing_published_says_what_to_do_first(gallery):
    with pytest.raises(CourseError, match="nothing of yours is accepted yet"):
        await own(gallery)
    await gallery.accepted(1, "w01")
    with pytest.raises(CourseError, match="`/portfolio publish` shows a piece"):
        await own(gallery)
    await gallery.publish(1, "w01")
    await gallery.decide((await gallery.portfolio(1)).entries[0].submission_id, kind="changes")
    with pytest.raises(CourseError, match="until it is accepted again"):
        await own(gallery)


async def test_mentors_have_none(gallery):
    with pytest.raises(NotAllowed):
        await own(gallery, MENTOR)


# --------------------------------------------------------------------------------------------- in Discord


async def test_a_student_exports_by_command_and_by_the_button_after_a_restart(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")
        aster = house.student("Aster")
        empty = await aster.slash(house.channel, "portfolio export")
        assert "nothing of yours is accepted yet" in said(empty)
        gallery = Gallery(Town(house.bot.database, house.bot.course))
        here = await house.here(aster)
        links = {
            item.kind: f"https://git.example.org/a/{item.kind}"
            for item in here.course.deliverable("w01").evidence
        }
        now = house.env.now()
        receipt = await house.bot.submissions.submit(here, here.course.deliverable("w01"), links, None, now)
        await gallery.decide(receipt.revision.submission_id, now)
        await aster.slash(
            house.channel, "portfolio publish", deliverable="w01", narrative="It now takes 14 ms."
        )

        answer = await aster.slash(house.channel, "portfolio export")
        message = answer.response or answer.followups[-1]
        assert "Your portfolio, to hand in" in said(answer)
        (file,) = message.attachments
        assert file.filename == "portfolio-student-aster.zip"

        card = await aster.slash(house.channel, "portfolio show")
        assert "portfolio.export" in buttons(card.response)
        await house.restart()
        pressed = await aster.click(card.response, custom_id=button(card.response, "portfolio.export"))
        assert "Your portfolio, to hand in" in said(pressed)
        mentor = await house.mentor.slash(house.channel, "portfolio export")
        assert "for the students" in said(mentor)
        house.faults()
