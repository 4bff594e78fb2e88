"""A student publishes, arranges and shows what they have done, through the whole bot."""

from __future__ import annotations

import pytest

from bot.errors import CourseError, NotAllowed
from bot.portfolio import narratives
from bot.revisions import settling
from bot.revisions import store as revisions
from bot.settings import PagesSettings
from bot.submissions import store as submissions
from tests.house import button, buttons, opened, parts, said, words

PAGES = PagesSettings(port=8800, url="https://portfolios.example.org")
WORDS = "A paused database now costs a caller 800 ms and an honest answer."


@pytest.fixture
async def house(url):
    async with opened(url, pages=PAGES) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")
        yield house
        assert [fault for fault in house.faults() if not isinstance(fault, house.expected)] == []


async def accept(house, name: str, key: str, *, kind: str = "accepted") -> None:
    """A student hands something in, if they have not yet, and it is accepted; the tick says so when it comes."""
    actor = house.student(name)
    here = await house.here(actor)
    if key not in await house.bot.submissions.handed_in(here):
        link = f"https://git.example.org/{name.lower()}/{key}"
        await actor.slash(house.channel, "submit", deliverable=key, link=link)
    now = house.env.now()

    def write(tx) -> None:
        facts = revisions.facts(
            tx, here, submissions.latest(tx, here.cohort.id, here.member.id, key).submission_id
        )
        submissions.mark_opened(tx, facts.revision.id, now)
        if kind == "accepted":
            settling.accept(tx, facts, mentor_id=None, words="", now=now)
        else:
            revisions.decide(
                tx,
                facts.submission_id,
                kind=kind,
                revision_id=facts.revision.id,
                mentor_id=None,
                words="",
                now=now,
            )

    await house.bot.database.write(write)


async def publish(house, name: str, *keys: str) -> None:
    for key in keys:
        await accept(house, name, key)
        await house.student(name).slash(house.channel, "portfolio publish", deliverable=key, narrative=WORDS)


async def press(actor, message, action: str):
    return (await actor.click(message, custom_id=button(message, action))).response


async def pick(actor, message, action: str, value: str, which: int = 0):
    found = [part["custom_id"] for part in parts(message) if f":{action}:" in part.get("custom_id", "")]
    return await actor.select(message, [value], custom_id=found[which])


async def own(house, name: str = "Aster"):
    return (await house.student(name).slash(house.channel, "portfolio show")).response


async def test_the_letter_about_accepted_work_opens_the_form_that_publishes_it(house):
    aster = house.student("Aster")
    await accept(house, "Aster", "w01")
    await aster.slash(house.channel, "submit", deliverable="w02", link="https://git.example.org/next")
    letter = house.letters(aster)[-1]
    assert "It can go into your portfolio now" in words(letter)
    await house.restart()
    form = await aster.user.click(letter, custom_id=button(letter, "portfolio.publish"))
    prompts = house.bot.course.stages[0].narrative
    assert all(prompt in str(form.modal) for prompt in prompts)
    card = (
        await aster.user.submit_modal(
            form, {"narrative": f"## {prompts[0]}\nIt took 2 s.\n\n## {prompts[1]}\n"}
        )
    ).response
    assert "Published · Week 1" in words(card)
    assert f"Nothing is written below “{prompts[1]}” yet" in words(card)
    again = await aster.user.click(card, custom_id=button(card, "portfolio.publish"))
    assert "It took 2 s." in str(again.modal)
    shown = said(await house.student("Birch").slash(house.channel, "portfolio show", member=aster))
    assert "The portfolio of Student Aster" in shown
    assert "It took 2 s." in shown


async def test_feedback_on_accepted_work_leads_there_too(house):
    await accept(house, "Aster", "w01")
    aster = house.student("Aster")
    shown = await aster.slash(house.channel, "feedback", deliverable="w01")
    form = await aster.click(shown.response, custom_id=button(shown.response, "portfolio.publish"))
    assert form.modal is not None
    handed_in = house.student("Birch")
    await handed_in.slash(house.channel, "submit", deliverable="w01", link="https://git.example.org/b")
    shown = await handed_in.slash(house.channel, "feedback", deliverable="w01")
    assert "portfolio.publish" not in buttons(shown.response)


async def test_a_narrative_in_the_command_publishes_at_once_and_changes_it(house):
    await accept(house, "Aster", "w01")
    aster = house.student("Aster")
    done = await aster.slash(house.channel, "portfolio publish", narrative=WORDS)
    assert "Published · Week 1" in said(done)
    assert "13 words, half a minute or less to read" in said(done)
    done = await aster.slash(
        house.channel, "portfolio publish", deliverable="w01", narrative="Now 3 times faster."
    )
    assert "Changed · Week 1" in said(done)
    form = await aster.slash(house.channel, "portfolio publish", deliverable="week 1")
    assert "Now 3 times faster." in str(form.modal)


async def test_the_form_counts_to_the_limit_live(house):
    await accept(house, "Aster", "w01")
    form = await house.student("Aster").slash(house.channel, "portfolio publish")
    assert "'max_length': 3000" in str(form.modal)
    assert "shows it to your cohort at once" in str(form.modal)
    assert "3,000 characters" in str(form.modal)
    assert "cut to" not in str(form.modal)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("word " * 2000, "has 9,999 characters, and 3,000 fit"),
        ("<script>alert(1)</script>" * 200, "has 5,000 characters"),
    ],
)
async def test_a_narrative_that_is_too_long_comes_back_whole(house, typed, refusal):
    await accept(house, "Aster", "w01")
    aster = house.student("Aster")
    refused = await aster.slash(house.channel, "portfolio publish", deliverable="w01", narrative=typed)
    assert refusal in said(refused)
    (file,) = refused.response.attachments
    assert file.filename == "narrative.txt"
    assert file.size == len(typed)
    assert [part["name"] for part in parts(refused.response) if part["type"] == 13] == ["narrative.txt"]
    form = await aster.click(refused.response, label="Edit and try again")
    assert typed[:2000] in str(form.modal)
    assert typed[:3001] not in str(form.modal)
    assert "'max_length': 3000" in str(form.modal)
    assert "cut to 3,000 characters" in str(form.modal)
    assert "Published" in said(await aster.submit_modal(form, {"narrative": typed[:3000]}))


async def test_an_untouched_template_is_given_back(house):
    await accept(house, "Aster", "w01")
    aster = house.student("Aster")
    form = await aster.slash(house.channel, "portfolio publish")
    template = narratives.template(house.bot.course.stages[0].narrative)
    refused = await aster.submit_modal(form, {"narrative": template})
    assert "There is nothing in your narrative yet" in said(refused)
    assert refused.response.attachments == []
    assert (await aster.click(refused.response, label="Edit and try again")).modal is not None


async def test_markup_and_mentions_are_inert_on_every_card(house):
    await accept(house, "Aster", "w01")
    aster = house.student("Aster")
    typed = "@everyone <@1> **bold** [x](https://evil.example) <script> 3"
    card = (await aster.slash(house.channel, "portfolio publish", narrative=typed)).response
    shown = await own(house)
    assert "\\*\\*bold\\*\\*" in words(card)
    assert "pages and exports show its Markdown formatted" in words(card)
    assert " bold x " in words(shown)
    for message in (card, shown):
        assert "@everyone" not in words(message)
        assert "](https://evil" not in words(message)


async def test_what_is_not_accepted_is_refused_and_the_words_are_not_lost(house):
    aster = house.student("Aster")
    refused = await aster.slash(house.channel, "portfolio publish")
    assert "nothing of yours is accepted yet" in said(refused)
    await aster.slash(house.channel, "submit", deliverable="w01", link="https://git.example.org/a")
    refused = await aster.slash(house.channel, "portfolio publish", deliverable="w01")
    assert "is not accepted yet: it waits for its reviewers" in said(refused)
    refused = await aster.slash(house.channel, "portfolio publish", deliverable="w01", narrative=WORDS)
    assert "is not accepted yet" in said(refused)
    assert WORDS in said(refused)


async def test_what_is_accepted_and_unpublished_is_offered_first(house):
    await publish(house, "Aster", "w01")
    await accept(house, "Aster", "w02")
    offered = await house.student("Aster").autocomplete(house.channel, "portfolio publish", "deliverable", "")
    assert [choice["value"] for choice in offered] == ["w02", "w01"]
    assert offered[1]["name"].endswith(" · published")
    offered = await house.student("Aster").autocomplete(
        house.channel, "portfolio publish", "deliverable", "week 1"
    )
    assert offered[0]["value"] == "w01", "what is typed comes before what only has its words"
    offered = await house.student("Aster").autocomplete(
        house.channel, "portfolio publish", "deliverable", "map"
    )
    assert [choice["value"] for choice in offered] == ["w01"]
    assert (
        await house.student("Birch").autocomplete(house.channel, "portfolio publish", "deliverable", "") == []
    )


async def test_who_one_is_is_said_in_a_form_that_gives_back_what_it_refuses(house):
    await publish(house, "Aster", "w01")
    aster = house.student("Aster")
    form = await aster.click(await own(house), custom_id=button(await own(house), "portfolio.about"))
    refused = await aster.submit_modal(
        form, {"headline": "Builds backends", "about": "", "contact": "javascript:alert(1)"}
    )
    assert "http and https links" in said(refused)
    form = await aster.click(refused.response, label="Edit and try again")
    assert "Builds backends" in str(form.modal)
    card = await aster.submit_modal(
        form, {"headline": "Builds backends", "contact": "https://github.com/aster"}
    )
    assert "**Builds backends**" in said(card)
    assert "<https://github.com/aster>" in said(card)


async def test_the_best_three_are_chosen_across_a_restart(house):
    await publish(house, "Aster", "w01", "w02")
    aster = house.student("Aster")
    card = await press(aster, await own(house), "portfolio.best")
    await house.restart()
    await pick(aster, card, "portfolio.choose", "w01", 0)
    await pick(aster, card, "portfolio.choose", "w02", 1)
    shown = words(await own(house))
    assert "🥇 **Week 1" in shown
    assert "🥈 **Week 2" in shown
    await pick(aster, card, "portfolio.choose", "none", 0)
    assert "🥇 **Week 2" in words(await own(house))
    gone = await pick(aster, card, "portfolio.choose", "w01", 2)
    assert "Your best three" in words(gone.response)


async def test_a_narrative_is_edited_from_the_portfolio(house):
    await publish(house, "Aster", "w01", "w02")
    aster = house.student("Aster")
    card = await press(aster, await own(house), "portfolio.edit")
    await house.restart()
    form = await pick(aster, card, "portfolio.narrative", "w01")
    assert WORDS in str(form.modal)
    done = await aster.submit_modal(form, {"narrative": "It is 4 times as fast."})
    assert "Changed · Week 1" in said(done)


async def test_work_is_taken_out_after_a_question_and_its_words_come_back(house):
    await publish(house, "Aster", "w01")
    aster = house.student("Aster")
    menu = await press(aster, await own(house), "portfolio.out")
    asked = (await pick(aster, menu, "portfolio.take", "w01")).response
    menu = await press(aster, await own(house), "portfolio.out")
    twice = (await pick(aster, menu, "portfolio.take", "w01")).response
    assert "Take Week 1" in words(asked)
    assert WORDS in words(await own(house)), "nothing is done before it is confirmed"
    await house.restart()
    out = await press(aster, asked, "portfolio.taken")
    assert "is out of your portfolio" in words(out)
    assert WORDS in words(out)
    assert "Your portfolio is empty so far" in words(await own(house))
    again = await aster.click(twice, custom_id=button(twice, "portfolio.taken"))
    assert "not in your portfolio any more" in said(again)
    for action in ("portfolio.out", "portfolio.edit", "portfolio.best", "portfolio.online"):
        pressed = await aster.click(
            await stale(house, aster), custom_id=f"p:{action}:{await key(house, action)}"
        )
        assert "There is nothing in your portfolio yet" in said(pressed), action


async def stale(house, actor):
    """A card of the time when there was something in the portfolio."""
    await publish(house, "Aster", "w01", "w02")
    card = await own(house)
    for key_ in ("w01", "w02"):
        await house.bot.portfolios.take_out(await house.here(actor), key_)
    return card


async def key(house, action: str) -> str:
    cohort_id = (await house.here(house.student("Aster"))).cohort.id
    return f"{cohort_id}.1" if action == "portfolio.best" else str(cohort_id)


async def test_a_portfolio_goes_online_and_offline_after_a_question_each(house):
    await publish(house, "Aster", "w01")
    aster = house.student("Aster")
    asked = await press(aster, await own(house), "portfolio.online")
    assert "Everybody on the internet" in words(asked)
    assert "Online since" not in words(await own(house))
    await house.restart()
    done = await press(aster, asked, "portfolio.put")
    slug = (await house.bot.portfolios.own(await house.here(aster))).portfolio.slug
    assert slug.startswith("student-aster-")
    assert len(slug) == len("student-aster-") + 8
    assert "Your portfolio is online" in words(done)
    card = await own(house)
    for shown in (done, card):
        assert f"<https://portfolios.example.org/p/{slug}>" in words(shown)
    asked = await press(aster, card, "portfolio.offline")
    assert "it gets another one" in words(asked)
    assert "Online since" in words(await own(house))
    assert "Your page is offline" in words(await press(aster, asked, "portfolio.withdraw"))
    assert "Online since" not in words(await own(house))


async def test_where_pages_are_off_nothing_goes_online(url):
    async with opened(url) as house:
        await house.start_cohort()
        await house.until("2026-03-04 12:00")
        await publish(house, "Aster", "w01")
        card = await own(house)
        assert "portfolio.online" not in buttons(card)
        aster = house.student("Aster")
        house.pages = PAGES
        await house.restart()
        asked = await press(aster, await own(house), "portfolio.online")
        house.pages = None
        await house.restart()
        refused = await aster.click(asked, custom_id=button(asked, "portfolio.put"))
        assert "Pages are switched off" in said(refused)
        assert all(isinstance(fault, CourseError) for fault in house.faults())


async def test_others_find_nothing_to_press_and_no_forged_press_reaches_what_is_not_theirs(house):
    await publish(house, "Aster", "w01")
    birch = house.student("Birch")
    shown = await birch.slash(house.channel, "portfolio show", member=house.student("Aster"))
    assert buttons(shown.response) == []
    await publish(house, "Birch", "w02")
    card = await own(house, "Birch")
    menu = await press(birch, card, "portfolio.out")
    asked = (await pick(birch, menu, "portfolio.take", "w02")).response
    await house.bot.portfolios.take_out(await house.here(birch), "w02")
    refused = await birch.click(asked, custom_id=button(asked, "portfolio.taken"))
    assert "not in your portfolio any more" in said(refused)
    assert WORDS in words(await own(house)), "what Aster has published is not touched"


async def test_who_was_withdrawn_can_still_take_their_page_offline(house):
    await publish(house, "Aster", "w01")
    aster = house.student("Aster")
    card = await press(aster, await press(aster, await own(house), "portfolio.online"), "portfolio.put")
    await house.bot.cohorts.withdraw(await house.here(house.lead), aster.id, "", house.env.now())
    asked = await press(aster, card, "portfolio.offline")
    assert "Your page is offline" in words(await press(aster, asked, "portfolio.withdraw"))
    refused = await aster.slash(house.channel, "portfolio show", member=house.student("Birch"))
    assert "You were withdrawn" in said(refused)


async def test_mentors_and_leads_look_and_have_none_themselves(house):
    await publish(house, "Aster", "w01")
    for actor in (house.mentor, house.lead):
        shown = await actor.slash(house.channel, "portfolio show", member=house.student("Aster"))
        assert "The portfolio of Student Aster" in said(shown)
        assert "name its student" in said(await actor.slash(house.channel, "portfolio show"))
    refused = await house.student("Aster").slash(house.channel, "portfolio show", member=house.mentor)
    assert "mentors and leads have no portfolio" in said(refused)
    assert "has published nothing yet" in said(
        await house.mentor.slash(house.channel, "portfolio show", member=house.student("Birch"))
    )
    await house.mentor.slash(house.channel, "portfolio publish")
    assert any(isinstance(fault, NotAllowed) for fault in house.faults())


async def test_a_long_portfolio_turns_its_pages(house):
    await publish(house, "Aster", *(f"w{week:02}" for week in range(1, 9)))
    aster = house.student("Aster")
    first = await own(house)
    assert "Page 1 of 2" in words(first)
    await house.restart()
    (turn,) = [part["custom_id"] for part in parts(first) if ":portfolio.show:" in part.get("custom_id", "")]
    second = (await aster.click(first, custom_id=turn)).response
    assert "Page 2 of 2" in words(second)
    assert "**Week 1 ·" in words(second)


async def test_a_classmate_reads_a_long_narrative_whole_after_a_restart(house):
    await accept(house, "Aster", "w01")
    await accept(house, "Aster", "w02")
    aster, birch = house.student("Aster"), house.student("Birch")
    typed = "It took 2 s. " * 200
    for key_ in ("w01", "w02"):
        await aster.slash(house.channel, "portfolio publish", deliverable=key_, narrative=typed)
    card = (await birch.slash(house.channel, "portfolio show", member=aster)).response
    assert words(card).count("It took 2 s.") < 100
    await house.restart()
    whole = (await pick(birch, card, "portfolio.read", "w01")).response
    assert words(whole).count("It took 2 s.") == 200
    shown = await press(birch, whole, "portfolio.show")
    assert "The portfolio of Student Aster" in words(shown)
    await house.bot.portfolios.take_out(await house.here(aster), "w01")
    assert "not in this portfolio any more" in said(await pick(birch, shown, "portfolio.read", "w01"))


async def test_what_is_being_revised_says_so_in_the_cohort(house):
    await publish(house, "Aster", "w01")
    await accept(house, "Aster", "w01", kind="changes")
    assert "Being revised" in words(await own(house))
    changed = await house.student("Aster").slash(
        house.channel, "portfolio publish", deliverable="w01", narrative="Still 3 times as fast."
    )
    assert "A mentor has asked for changes since" in said(changed)
