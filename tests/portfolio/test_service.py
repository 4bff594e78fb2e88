"""Publishing accepted work, arranging it, and who sees what of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cohorts.service import running
from bot.errors import CourseError, NotAllowed
from bot.planning.service import Planning
from bot.portfolio import service
from bot.privacy import erasing
from bot.privacy.rules import PHRASE
from bot.privacy.service import Privacy
from tests.portfolio.gallery import DAY, HOUR, NOW, WORDS, Gallery, keys
from tests.town import LEAD, MENTOR, Town


@pytest.fixture
async def gallery(database) -> Gallery:
    town = Town(database)
    await town.begin(4, mentor=True)
    return Gallery(town)


async def test_accepted_work_is_published_with_its_links_and_seen_by_nobody_outside(gallery):
    await gallery.accepted(1, "w01")
    receipt = await gallery.publish(1, "w01")
    assert (receipt.is_first, receipt.revision, receipt.instead_of) == (True, 1, None)
    found = await gallery.portfolio(1)
    (entry,) = found.entries
    assert (found.slug, found.online_at) == (None, None)
    assert (entry.narrative, entry.revision, entry.accepted_by_mentor) == (WORDS, 1, False)
    asked = gallery.town.course.deliverable("w01").evidence
    assert [proof.kind for proof in entry.proofs] == [item.kind for item in asked]
    assert [proof.label for proof in entry.proofs] == [item.label for item in asked]
    assert {proof.state for proof in entry.proofs} == {"unchecked"}


async def test_who_signed_it_off_is_told(gallery):
    submission_id = await gallery.hand_in(1, "c1.1")
    await gallery.decide(submission_id, mentor=(await gallery.member(MENTOR)).id)
    await gallery.publish(1, "c1.1")
    assert (await gallery.portfolio(1)).entries[0].accepted_by_mentor


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        ("nothing", "have not handed in"),
        ("handed in", "waits for its reviewers"),
        ("changes asked", "hand it in again with `/submit`"),
    ],
)
async def test_work_that_is_not_accepted_is_refused_with_what_is_left_to_do(gallery, prepare, says):
    if prepare != "nothing":
        submission_id = await gallery.hand_in(1, "w02")
        if prepare == "changes asked":
            await gallery.decide(submission_id, kind="changes")
    here = await gallery.here(1)
    w02 = here.course.deliverable("w02")
    with pytest.raises(CourseError, match=says):
        await gallery.portfolios.opening(here, w02, NOW)
    with pytest.raises(CourseError, match=says):
        await gallery.publish(1, "w02")
    assert await gallery.portfolio(1) is None


async def test_what_evidence_is_missing_is_named(gallery):
    await gallery.town.submit(1, "w02", NOW)
    with pytest.raises(CourseError, match="Still missing: "):
        await gallery.publish(1, "w02")


async def test_each_state_of_the_loop_has_words_for_what_is_left(gallery):
    from typing import get_args

    from bot.portfolio.rules import LEFT
    from bot.revisions.rules import State

    assert set(LEFT) == set(get_args(State)) - {"accepted"}


async def test_the_form_opens_with_the_template_and_then_with_the_last_words_as_they_were_typed(gallery):
    await gallery.accepted(1, "w01")
    here = await gallery.here(1)
    w01 = here.course.deliverable("w01")
    prompts = here.course.stage_of(w01).narrative
    opening = await gallery.portfolios.opening(here, w01, NOW)
    assert not opening.is_published
    assert all(f"## {prompt}\n" in opening.narrative for prompt in prompts)
    typed = opening.narrative.replace(f"## {prompts[0]}\n", f"## {prompts[0]}\nIt took 2 s.\n")
    receipt = await gallery.publish(1, "w01", typed)
    assert receipt.words == f"## {prompts[0]}\nIt took 2 s."
    assert receipt.look.empty == list(prompts[1:])
    again = await gallery.portfolios.opening(here, w01, NOW)
    assert (again.narrative, again.is_published) == (typed.strip(), True)
    assert (await gallery.portfolio(1)).entries[0].narrative == receipt.words


async def test_publishing_again_changes_the_words_and_nothing_else(gallery):
    await gallery.published(1, "w01")
    receipt = await gallery.publish(1, "w01", "Other words, with 2 numbers in 1 line.", NOW + HOUR)
    assert (receipt.is_first, receipt.instead_of) == (False, None)
    (entry,) = (await gallery.portfolio(1)).entries
    assert entry.narrative == "Other words, with 2 numbers in 1 line."
    assert (entry.published_at, entry.changed_at) == (NOW, NOW + HOUR)


async def test_who_names_nothing_means_what_was_accepted_last_and_is_not_published(gallery):
    here = await gallery.here(1)
    with pytest.raises(CourseError, match="nothing of yours is accepted yet"):
        await gallery.portfolios.meant(here)
    await gallery.accepted(1, "w01", "w02")
    assert (await gallery.portfolios.meant(here)).key == "w02"
    await gallery.publish(1, "w02")
    assert (await gallery.portfolios.meant(here)).key == "w01"
    await gallery.publish(1, "w01")
    assert (await gallery.portfolios.meant(here)).key == "w02"


async def test_a_later_accepted_revision_is_told_and_taken_over_by_publishing_again(gallery):
    await gallery.published(1, "w01")
    submission_id = await gallery.hand_in(1, "w01", NOW + HOUR, version="b")
    await gallery.decide(submission_id, NOW + 2 * HOUR)
    (entry,) = (await gallery.portfolio(1)).entries
    assert (entry.revision, entry.newer, entry.proofs[0].url[-2:]) == (1, 2, "/a")
    receipt = await gallery.publish(1, "w01", now=NOW + DAY)
    assert (receipt.revision, receipt.instead_of, receipt.is_first) == (2, 1, False)
    (entry,) = (await gallery.portfolio(1)).entries
    assert (entry.revision, entry.newer, entry.proofs[0].url[-2:]) == (2, None, "/b")


async def test_what_a_mentor_thinks_again_about_is_seen_in_the_cohort_and_nowhere_else(gallery):
    await gallery.published(1, "w01", "w02")
    submission_id = (await gallery.portfolio(1)).entries[1].submission_id
    await gallery.decide(submission_id, NOW + HOUR, kind="changes")
    assert await keys(gallery, 1) == ["w02"]
    shown = await gallery.portfolios.shown(await gallery.here(2), 1)
    assert [(item.deliverable.key, item.revising) for item in shown.portfolio.entries] == [
        ("w02", False),
        ("w01", True),
    ]
    receipt = await gallery.publish(1, "w01", "The words may change meanwhile, 3 times.", NOW + 2 * HOUR)
    assert (receipt.revising, receipt.revision) == (True, 1)
    assert await keys(gallery, 1) == ["w02"]
    await gallery.decide(submission_id, NOW + DAY)
    assert await keys(gallery, 1) == ["w02", "w01"]


async def test_a_revision_whose_acceptance_was_taken_back_is_not_shown_again_by_that_of_a_later_one(gallery):
    await gallery.published(1, "w01")
    (entry,) = (await gallery.portfolio(1)).entries
    await gallery.decide(entry.submission_id, NOW + HOUR, kind="changes")
    await gallery.hand_in(1, "w01", NOW + 2 * HOUR, version="b")
    await gallery.decide(entry.submission_id, NOW + 3 * HOUR)
    assert await keys(gallery, 1) == []
    shown = await gallery.portfolios.shown(await gallery.here(2), 1)
    assert [(item.revising, item.newer) for item in shown.portfolio.entries] == [(True, 2)]
    await gallery.publish(1, "w01", now=NOW + DAY)
    (entry,) = (await gallery.portfolio(1)).entries
    assert (entry.revision, entry.revising, entry.newer) == (2, False, None)


async def test_a_finished_course_is_when_a_portfolio_is_needed(gallery):
    await gallery.accepted(1, "w01", "w02")
    await gallery.hand_in(1, "w03")
    planning = Planning(gallery.town.database)
    await planning.finish(await gallery.here(LEAD), 90, NOW + HOUR)
    await gallery.publish(1, "w01", now=NOW + DAY)
    await gallery.portfolios.introduce(await gallery.here(1), "Builds backends", "", "")
    await gallery.portfolios.put_online(await gallery.here(1), NOW + DAY)
    assert await keys(gallery, 1) == ["w01"]
    with pytest.raises(CourseError, match="the course ended before it was"):
        await gallery.publish(1, "w03", now=NOW + DAY)


async def test_only_students_publish(gallery):
    for user_id in (MENTOR, LEAD):
        with pytest.raises(NotAllowed):
            await gallery.publish(user_id, "w01")
        with pytest.raises(NotAllowed):
            await gallery.portfolios.meant(await gallery.here(user_id))
    with pytest.raises(NotAllowed):
        await gallery.portfolios.meant(await gallery.here(77))
    assert await gallery.portfolios.offered(await gallery.here(77)) == []


async def test_nobody_changes_the_portfolio_of_somebody_else(gallery):
    await gallery.published(1, "w01")
    for change in (
        gallery.portfolios.introduce(await gallery.here(2), "Mine", "", ""),
        gallery.portfolios.choose(await gallery.here(2), 1, "w01"),
        gallery.portfolios.take_out(await gallery.here(2), "w01"),
        gallery.portfolios.put_online(await gallery.here(2), NOW),
    ):
        with pytest.raises(CourseError, match="nothing in your portfolio yet"):
            await change
    found = await gallery.portfolio(1)
    assert (found.headline, found.online_at, len(found.entries)) == ("", None, 1)


async def test_everybody_in_the_cohort_may_look_and_nobody_else(gallery):
    await gallery.published(1, "w01")
    await gallery.accepted(1, "w02")
    for user_id in (2, MENTOR, LEAD):
        shown = await gallery.portfolios.shown(await gallery.here(user_id), 1)
        assert (len(shown.portfolio.entries), shown.is_own, shown.waiting) == (1, False, ())
    own = await gallery.portfolios.shown(await gallery.here(1), 1)
    assert (own.is_own, [item.key for item in own.waiting]) == (True, ["w02"])
    stranger, member = await gallery.here(77), await gallery.member(1)
    with pytest.raises(NotAllowed):
        await gallery.portfolios.shown(stranger, 1)
    with pytest.raises(NotAllowed):
        await gallery.portfolios.shown_by_id(stranger, member.id)


async def test_staff_have_no_portfolio_and_are_told_so_kindly(gallery):
    with pytest.raises(CourseError, match="mentors and leads have no portfolio"):
        await gallery.portfolios.shown(await gallery.here(1), MENTOR)
    with pytest.raises(CourseError, match="not in Spring"):
        await gallery.portfolios.shown(await gallery.here(1), 77)
    with pytest.raises(CourseError, match="name its student") as refused:
        await gallery.portfolios.shown(await gallery.here(MENTOR), MENTOR)
    assert not isinstance(refused.value, NotAllowed), "a mentor may use the command"
    empty = await gallery.portfolios.shown(await gallery.here(MENTOR), 2)
    assert empty.portfolio is None


async def test_who_one_is_can_be_said_changed_and_taken_away(gallery):
    await gallery.published(1, "w01")
    here = await gallery.here(1)
    await gallery.portfolios.introduce(
        here, " Builds \n backends ", "I like <b>queues</b>.", "GitHub.com/me/"
    )
    found = await gallery.portfolio(1)
    assert (found.headline, found.about) == ("Builds backends", "I like <b>queues</b>.")
    assert found.contact == "https://github.com/me"
    await gallery.portfolios.introduce(here, "", "", "  ")
    found = await gallery.portfolio(1)
    assert (found.headline, found.about, found.contact) == ("", "", "")


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (("a" * 121, "", ""), "headline has 121 characters, and 120 fit"),
        (("", "a" * 601, ""), "has 601 characters, and 600 fit"),
        (("", "", "javascript:alert(1)"), "http and https links"),
        (("", "", "http://127.0.0.1/me"), "not a public address"),
        (("", "", "https://me:secret@example.org"), "user name or token"),
    ],
)
async def test_what_does_not_fit_about_oneself_is_refused(gallery, said, refusal):
    await gallery.published(1, "w01")
    with pytest.raises(CourseError, match=refusal):
        await gallery.portfolios.introduce(await gallery.here(1), *said)


async def test_the_best_three_come_first_in_their_order(gallery):
    await gallery.published(1, "w01", "w02", "w03", "w04")
    here = await gallery.here(1)
    for place, key in ((1, "w01"), (2, "w03"), (3, "w02")):
        await gallery.portfolios.choose(here, place, key)
    assert await keys(gallery, 1) == ["w01", "w03", "w02", "w04"]
    await gallery.portfolios.choose(here, 1, "w02")
    assert await keys(gallery, 1) == ["w02", "w03", "w01", "w04"]
    await gallery.portfolios.choose(here, 1, None)
    assert [item.place for item in (await gallery.portfolio(1)).entries] == [1, 2, None, None]
    with pytest.raises(CourseError, match="not in your portfolio any more"):
        await gallery.portfolios.choose(here, 1, "w09")
    with pytest.raises(CourseError, match="not in your portfolio any more"):
        await gallery.portfolios.choose(here, 4, "w01")


async def test_what_is_taken_out_gives_its_words_back_and_can_be_published_again(gallery):
    await gallery.published(1, "w01", "w02")
    here = await gallery.here(1)
    await gallery.portfolios.choose(here, 1, "w01")
    assert await gallery.portfolios.take_out(here, "w01") == WORDS
    assert await keys(gallery, 1) == ["w02"]
    with pytest.raises(CourseError, match="not in your portfolio any more"):
        await gallery.portfolios.take_out(here, "w01")
    await gallery.publish(1, "w01")
    assert await keys(gallery, 1) == ["w02", "w01"]


async def test_a_page_is_open_from_the_moment_it_is_put_online_until_it_is_taken_offline(gallery):
    read = gallery.town.database.read
    here = await gallery.here(1)
    with pytest.raises(CourseError, match="nothing in your portfolio yet"):
        await gallery.portfolios.put_online(here, NOW)
    await gallery.published(1, "w01")
    await gallery.portfolios.put_online(here, NOW)
    slug = (await gallery.portfolio(1)).slug
    await gallery.portfolios.put_online(here, NOW + DAY)
    assert (await gallery.portfolio(1)).online_at == NOW, "a second press changes nothing"
    found, member = await read(service.by_slug, slug)
    assert (found.cohort.id, member.id) == (here.cohort.id, here.member.id)
    assert await read(service.online, here.cohort.id) == [(member, slug)]
    assert await read(service.by_slug, slug.upper()) is None
    await gallery.portfolios.take_offline(here)
    assert await read(service.by_slug, slug) is None
    assert await read(service.online, here.cohort.id) == []


async def test_an_address_ends_with_its_page_and_the_next_one_has_the_name_of_then(gallery):
    read, here = gallery.town.database.read, await gallery.here(1)
    await gallery.published(1, "w01")
    await gallery.portfolios.put_online(here, NOW)
    await gallery.portfolios.take_offline(here)
    await gallery.town.database.write(lambda tx: tx.run("UPDATE member SET name = 'Robin' WHERE user_id = 1"))
    await gallery.portfolios.put_online(await gallery.here(1), NOW + DAY)
    assert (await gallery.portfolio(1)).slug == "robin-k2"
    assert await read(service.by_slug, "student-1-k1") is None
    assert await read(service.by_slug, "robin-k2") is not None


async def test_nothing_is_published_in_a_cohort_that_has_forgotten_its_people(gallery):
    await gallery.published(1, "w01")

    def end(tx):
        tx.run("UPDATE cohort SET state = 'finished', finished_at = 1, keep_days = 1")
        erasing.forget(tx, 1, NOW)

    here = await gallery.here(1)
    await gallery.town.database.write(end)
    forgotten = (await gallery.town.database.read(running, here.cohort.id)).cohort
    here = replace(here, cohort=forgotten)
    w01 = here.course.deliverable("w01")
    for refused in (
        gallery.portfolios.publish(here, w01, WORDS, NOW),
        gallery.portfolios.opening(here, w01, NOW),
        gallery.portfolios.introduce(here, "Builds", "", ""),
        gallery.portfolios.put_online(here, NOW),
        gallery.portfolios.own(here),
    ):
        with pytest.raises(CourseError, match="was forgotten, and their portfolios with it"):
            await refused


async def test_a_page_with_nothing_on_it_is_no_page(gallery):
    await gallery.published(1, "w01")
    here = await gallery.here(1)
    await gallery.portfolios.put_online(here, NOW)
    await gallery.portfolios.take_out(here, "w01")
    slug = (await gallery.portfolio(1)).slug
    assert await gallery.town.database.read(service.by_slug, slug) is None
    with pytest.raises(CourseError, match="nothing in your portfolio yet"):
        await gallery.portfolios.put_online(here, NOW)


async def test_who_has_left_keeps_their_page_and_the_say_over_it(gallery):
    await gallery.published(1, "w01")
    await gallery.portfolios.put_online(await gallery.here(1), NOW)
    await gallery.withdraw(1)
    here = await gallery.here(1)
    slug = (await gallery.portfolio(1)).slug
    assert await gallery.town.database.read(service.by_slug, slug) is not None
    assert (await gallery.portfolios.shown(here, 1)).is_own
    await gallery.portfolios.take_offline(here)
    assert await gallery.town.database.read(service.by_slug, slug) is None
    with pytest.raises(NotAllowed, match="withdrawn"):
        await gallery.portfolios.shown(here, 2)
    await gallery.withdraw(2)
    with pytest.raises(NotAllowed, match="withdrawn"):
        await gallery.portfolios.shown(await gallery.here(2), 2)


async def test_who_was_forgotten_has_no_page(gallery):
    await gallery.published(1, "w01")
    await gallery.portfolios.put_online(await gallery.here(1), NOW)
    slug = (await gallery.portfolio(1)).slug
    await Privacy(gallery.town.database).erase(1, PHRASE, NOW)
    assert await gallery.town.database.read(service.by_slug, slug) is None


async def test_two_of_one_name_have_two_addresses(gallery):
    await gallery.published(1, "w01")
    await gallery.published(2, "w01")
    for number in (1, 2):
        await gallery.portfolios.put_online(await gallery.here(number), NOW)
    assert (await gallery.portfolio(1)).slug == "student-1-k1"
    assert (await gallery.portfolio(2)).slug == "student-2-k2"
