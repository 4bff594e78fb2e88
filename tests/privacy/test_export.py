"""What somebody is given when they ask what is held about them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from bot.curriculum import Curriculum
from bot.database import Database
from bot.privacy import archive
from bot.privacy.rules import Held, Part
from tests.privacy.people import ASTER, BIRCH, CEDAR, ELM, GOES, NAMES, NOW, OTHERS, PAIRED, STAYS, Life
from tests.town import COURSE, LEAD, MENTOR

KEYS = [
    "format", "made_at", "name", "user_id", "cohorts", "submissions", "reviews_received", "reviews_given",
    "own_scores", "portfolios", "quotes", "retros", "absences", "extension_requests", "allowances", "kept_apart",
    "snippets", "announcements", "roster_uploads", "queue_claims", "decisions_made", "letters", "visits", "audit",
]  # fmt: skip


async def exported(life: Life, user_id: int = ASTER) -> dict:
    return json.loads(archive.as_json(await life.privacy.export(user_id, NOW)))


async def test_the_file_has_stable_keys_and_instants_with_their_zone(life: Life):
    whole = await exported(life)
    assert list(whole) == KEYS
    assert whole["format"] == "homeroom.mydata/1"
    assert (whole["name"], whole["user_id"]) == (NAMES[ASTER], str(ASTER))
    assert datetime.fromisoformat(whole["made_at"]) == NOW
    assert whole["submissions"][0]["revisions"][0]["deadline"].endswith("+00:00")


async def test_everything_that_they_wrote_is_in_it(life: Life):
    whole = await exported(life)
    work = whole["submissions"][0]
    assert (work["cohort"], work["deliverable"]) == ("Spring", "w01")
    assert work["title"] == COURSE.deliverable("w01").name
    assert {link["url"].split("/")[3] for link in work["revisions"][0]["links"]} == {GOES}
    assert work["revisions"][0]["note"] == f"A note by {GOES}."
    assert {row["strength"] for row in whole["reviews_given"]} == {
        f"It runs from a clean clone, says {STAYS}.", f"A draft by {GOES}.",
    }  # fmt: skip
    assert (
        whole["reviews_received"][0]["points"][0]["answers"][0]["words"] == f"It stays, as {GOES} measured."
    )
    assert whole["retros"][0]["improve"] == f"{GOES} improves"
    assert whole["absences"][0]["reason"] == f"A {GOES} wedding."
    assert whole["snippets"] == [{"title": f"{GOES} title", "words": f"{GOES} body"}]
    assert {item["reason"] for item in whole["extension_requests"]} == {f"{GOES} is ill", f"{GOES} again"}
    assert whole["announcements"][1]["files"] == ["ahead.txt"]
    assert GOES in whole["roster_uploads"][0]["roster"]


async def test_what_others_wrote_to_them_is_in_it_with_who(life: Life):
    whole = await exported(life)
    received = whole["reviews_received"]
    assert {row["reviewer"] for row in received} <= {NAMES[BIRCH], NAMES[CEDAR], NAMES[ELM]}
    assert all(OTHERS in row["strength"] and row["scores"] for row in received)
    decided = whole["submissions"][0]["decisions"][0]
    assert (decided["by"], decided["decision"]) == ("Mentor Moss", "changes")
    answered = whole["extension_requests"][0]
    assert (answered["asked_by"], answered["answered_by"]) == ("you", "Lead Linden")
    assert whole["allowances"][0]["by"] == "Lead Linden"
    assert whole["announcements"][0]["approved_by"] == "Birch"


async def test_what_they_did_as_a_mentor_and_lead_is_in_it(life: Life):
    whole = await exported(life)
    places = {place["cohort"]: place for place in whole["cohorts"]}
    assert [item["role"] for item in places["Autumn"]["places"]] == ["lead", "mentor"]
    assert (places["Autumn"]["made_by_you"], places["Spring"]["made_by_you"]) == (True, False)
    assert whole["queue_claims"][0]["author"] == "Birch"
    assert whole["decisions_made"][0]["words"] == f"Fine, says {STAYS}."
    assert {line["action"] for line in whole["audit"]} >= {
        "cohort.created",
        "announce.scheduled",
        "away.told",
    }


async def test_who_is_kept_apart_from_them_and_why_is_not_told(life: Life):
    whole = await exported(life)
    assert whole["kept_apart"] == [{"cohort": "Spring", "people": 1}]
    assert [line for line in whole["audit"] if line["action"].startswith("pairs.")] == []
    lead = await exported(life, LEAD)
    assert any(line["action"] == "pairs.forbidden" for line in lead["audit"]), "it is their own deed"
    assert "keeps Aster Quillfeather and Elm apart" not in json.dumps(whole)
    elm = await exported(life, ELM)
    assert NAMES[ASTER] not in json.dumps([elm["audit"], elm["kept_apart"]])


async def test_a_review_that_a_lead_gave_to_somebody_else_does_not_tell_why(life: Life):
    asked = await life.one(
        "SELECT m.user_id FROM review r JOIN member m ON m.id = r.author_id WHERE r.reviewer_id = :id "
        "AND r.sent_at IS NULL AND r.closed_at IS NULL",
        id=life.ids[ASTER],
    )
    await life.availability.forbid(await life.here(LEAD, NOW), ASTER, asked, "It was reported.", NOW)
    await life.tick(NOW)
    whole = await exported(life)
    (given_on,) = [row for row in whole["reviews_given"] if row["sent_at"] is None]
    assert given_on["closed_because"] == "given to somebody else"
    assert "apart" not in json.dumps([whole["reviews_given"], whole["audit"]])


async def test_drafts_are_shown_to_whoever_writes_them_only(life: Life):
    author = await life.one(
        "SELECT m.user_id FROM review r JOIN member m ON m.id = r.author_id WHERE r.reviewer_id = :id "
        "AND r.sent_at IS NULL",
        id=life.ids[ASTER],
    )
    assert GOES not in json.dumps((await exported(life, author))["reviews_received"])
    await life.database.write(lambda tx: tx.run("UPDATE answer SET verdict = 'open', remark = 'not so sure'"))
    assert "not so sure" not in json.dumps(await exported(life))
    reviewers = [await exported(life, user_id) for user_id in (BIRCH, CEDAR, ELM)]
    assert "not so sure" in json.dumps(reviewers)
    await life.database.write(lambda tx: tx.run("UPDATE answer SET sent_at = NULL"))
    reviewers = [await exported(life, user_id) for user_id in (BIRCH, CEDAR, ELM)]
    assert GOES not in json.dumps([whole["reviews_given"] for whole in reviewers])


def blind() -> Curriculum:
    weeks = [week.model_copy(update={"blind": True}) if week.number == 1 else week for week in COURSE.weeks]
    return COURSE.model_copy(update={"weeks": tuple(weeks)})


async def test_names_that_a_blind_review_keeps_back_stay_unnamed(database: Database):
    life = Life(database, blind())
    await life.begin(0)
    lead = await life.here(LEAD, PAIRED)
    for user_id in (ASTER, BIRCH, CEDAR):
        await life.cohorts.enroll(lead, user_id, NAMES[user_id], "student", PAIRED)
        await life.submit(user_id, "w01", PAIRED - timedelta(days=2))
    await life.tick(PAIRED)
    for user_id in (ASTER, BIRCH, CEDAR):
        await life.review_all(user_id, PAIRED)
    whole = await exported(life)
    assert sorted(row["reviewer"] for row in whole["reviews_received"]) == ["Reviewer A", "Reviewer B"]
    assert {row["author"] for row in whole["reviews_given"]} == {"the author"}
    assert "Birch" not in json.dumps(whole)
    assert "Cedar" not in json.dumps(whole)


async def test_whoever_left_can_still_see_what_is_held(life: Life):
    lead = await life.here(LEAD, NOW)
    await life.cohorts.withdraw(lead, ASTER, "They moved away.", NOW)
    whole = await exported(life)
    assert whole["cohorts"][0]["places"][0]["state"] == "withdrawn"
    line = next(item for item in whole["audit"] if item["action"] == "roster.withdrawn")
    assert line["detail"] == {"roles": ["student"]}, "why is between leads"
    assert line["about"] == "you"
    theirs = next(item for item in (await exported(life, LEAD))["audit"] if item["action"] == line["action"])
    assert theirs["detail"]["reason"] == "They moved away."


async def test_mentors_and_leads_without_work_of_their_own_get_theirs(life: Life):
    for user_id in (LEAD, MENTOR):
        whole = await exported(life, user_id)
        assert whole["submissions"] == []
        assert whole["cohorts"]


HELD = Held(
    name="<script>alert(1)</script>",
    user_id=1,
    made_at=datetime(2026, 3, 12, 15, 30, 5, tzinfo=UTC),
    parts=[
        Part(
            key="retros",
            title="Your retros",
            why="so that <b>nothing</b> is bold",
            entries=[
                {"words": "<img src=x onerror=alert(1)>", "at": NOW, "late": False, "links": [{"url": "javascript:x"}],
                 "nothing": None, "empty": "", "none": [], "scores": {"depth_of_tests": 3}}
            ],
        ),
        Part(key="snippets", title="Your own words", why="you kept them", entries=[]),
    ],
)  # fmt: skip


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_escapes_what_people_wrote_and_loads_nothing():
    page = archive.as_page(HELD)
    seen = Seen()
    seen.feed(page)
    assert seen.open == []
    assert not {"script", "img", "link", "iframe", "a", "b"} & set(seen.tags)
    assert not {"src", "href", "onerror", "style"} & seen.attributes
    assert not re.search(r"url\(|@import|https?://", page)
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_the_page_is_written_for_people():
    page = archive.as_page(HELD)
    assert "<dt>Depth of tests</dt>" in page
    assert "Thu 12 Mar 2026, 15:00 UTC" in page
    assert "<dt>Late</dt>" in page
    assert "Nothing</dt>" not in page, "empty fields are left out"
    assert "<p>Nothing.</p>" in page, "an empty part says so"


def test_the_zip_holds_both_files_and_the_hour_at_which_it_was_made():
    packed = zipfile.ZipFile(io.BytesIO(archive.packed(HELD)))
    assert packed.namelist() == ["mydata.html", "mydata.json"]
    assert {item.date_time for item in packed.infolist()} == {(2026, 3, 12, 15, 30, 4)}
    assert json.loads(packed.read("mydata.json"))["retros"][0]["words"].startswith("<img")
    assert packed.testzip() is None


def test_what_is_too_much_for_one_message_comes_as_json_alone():
    both = archive.packed(HELD)
    packed = zipfile.ZipFile(io.BytesIO(archive.packed(HELD, limit=len(both) - 1)))
    assert packed.namelist() == ["mydata.json"]


def test_a_value_that_has_no_place_in_the_file_is_not_written_somehow():
    odd = Held(
        name="x", user_id=1, made_at=NOW, parts=[Part(key="x", title="x", why="x", entries=[{"x": {1}}])]
    )
    with pytest.raises(TypeError, match="set has no place"):
        archive.as_json(odd)


async def test_every_heading_and_label_on_the_page_begins_with_a_capital(life: Life):
    page = archive.as_page(await life.privacy.export(ASTER, NOW))
    headings = re.findall(r"<(?:h1|h2|dt)>\s*(\S)", page)
    assert len(headings) > 20
    assert [letter for letter in headings if letter.islower()] == []
