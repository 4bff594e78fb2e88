"""What a portfolio looks like in Discord, and that Discord can hold it however much is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cohorts.rules import Member
from bot.portfolio import arranging_cards, cards, narratives
from bot.portfolio.publishing import Receipt
from bot.portfolio.rules import ABOUT_LIMIT, HEADLINE_LIMIT, Entry, Portfolio, Proof, Quote
from bot.portfolio.service import Shown
from bot.submissions.links import LIMIT as LINK_LIMIT
from tests.portfolio.shelf import RUNNING
from tests.shown import assert_discord_holds, buttons_of, menus_of, words_of
from tests.town import COURSE

AT = datetime(2026, 3, 12, tzinfo=UTC)
ASTER = Member(id=4, user_id=123, name="Aster")
URL = "https://portfolios.example.org/"


def proof(state="unchecked", *, url="https://git.example.org/s1", **found) -> Proof:
    return Proof(
        **{
            "kind": "code",
            "label": "Code",
            "url": url,
            "state": state,
            "checked_at": None,
            "commit": None,
            "committed_at": None,
        }
        | found
    )


def entry(key="w01", **changes) -> Entry:
    given_ = Entry(
        id=1, submission_id=1, deliverable=COURSE.deliverable(key), narrative="## Why?\nIt took 2 s.", place=None,
        published_at=AT, changed_at=AT, accepted_at=AT, accepted_by_mentor=False, revision=1, proofs=(), quotes=(),
    )  # fmt: skip
    return replace(given_, **changes)


def portfolio(*entries: Entry, **changes) -> Portfolio:
    given_ = Portfolio(
        id=1,
        member=ASTER,
        headline="",
        about="",
        contact="",
        slug="aster-k1",
        online_at=None,
        entries=entries,
    )
    return replace(given_, **changes)


def shown(found: Portfolio | None, *, is_own=True, waiting=()) -> Shown:
    items = [COURSE.deliverable(key) for key in waiting]
    return Shown(running=RUNNING, member=ASTER, is_own=is_own, portfolio=found, waiting=items)


def show(found: Shown, page=1, url=URL, *, checks_links=False):
    card = cards.show(found, page, url, checks_links=checks_links)
    assert_discord_holds(card)
    return card


def test_a_portfolio_says_who_what_and_what_proves_it():
    found = portfolio(
        entry("w05", place=1, proofs=(proof(),), accepted_by_mentor=True),
        entry("w02"),
        headline="Builds *backends*",
        about="I like queues.",
        contact="https://example.org/me",
    )
    words = words_of(show(shown(found, is_own=False)))
    assert "The portfolio of Aster · Spring" in words
    assert "Builds \\*backends\\*" in words
    assert "🔗 <https://example.org/me>" in words
    assert "🥇 **Week 5 ·" in words
    assert "signed off by a mentor" in words
    assert "[Code](<https://git.example.org/s1>)" in words
    assert "It took 2 s." in words
    assert "Why?" not in words, "a heading without its place says little on one line"


def test_others_find_nothing_to_press():
    assert buttons_of(show(shown(portfolio(entry()), is_own=False))) == {}


def test_its_owner_finds_everything_to_arrange_it():
    buttons = buttons_of(show(shown(portfolio(entry(), entry("w02")))))
    assert list(buttons) == [
        "About me", "Choose the best three", "Edit a narrative", "Take out", "Export", "Ask to quote a review",
        "Put it online",
    ]  # fmt: skip
    assert buttons["Export"][0] == "p:portfolio.export:1"
    assert "Choose the best three" not in buttons_of(show(shown(portfolio(entry())))), (
        "there is no choice of one"
    )


def test_links_are_looked_at_only_where_that_is_switched_on():
    found = shown(portfolio(entry()))
    assert "Check the links" not in buttons_of(show(found))
    assert "Check the links" in buttons_of(show(found, checks_links=True))


def test_nothing_is_put_online_where_pages_are_off_and_what_is_online_can_always_be_taken_back():
    assert "Put it online" not in buttons_of(show(shown(portfolio(entry())), url=None))
    online = shown(portfolio(entry(), online_at=AT))
    assert "Take it offline" in buttons_of(show(online, url=None))
    assert "Online since" not in words_of(show(online, url=None))
    assert "<https://portfolios.example.org/p/aster-k1>" in words_of(show(online))


def test_accepted_work_that_waits_to_be_published_is_offered():
    card = show(shown(portfolio(entry()), waiting=("w02", "w03")))
    assert "2 accepted pieces of work wait to be published: Week 2, Week 3." in words_of(card)
    assert buttons_of(card)["Publish Week 3"][0] == "p:portfolio.publish:1.w03"
    assert next(iter(buttons_of(card))) == "Publish Week 3"
    many = show(shown(portfolio(entry()), waiting=[f"w{week:02}" for week in range(2, 10)]))
    assert "Week 5, Week 6, Week 7, Week 8, Week 9, and 3 more" in words_of(many)


def test_what_is_being_revised_and_what_has_a_newer_revision_says_so():
    words = words_of(show(shown(portfolio(entry(revising=True), entry("w02", newer=3)))))
    assert "Being revised: a mentor asked for changes since" in words
    assert "Revision 3 is accepted by now" in words


def test_work_that_was_accepted_anew_asks_to_be_published_again():
    again = portfolio(entry(revising=True, newer=2))
    assert "Revision 2 was accepted in its place: publish it again" in words_of(show(shown(again)))


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        (proof(), "▫️ [Code](<https://git.example.org/s1>)"),
        (proof("dead", checked_at=AT), "⚠️ [Code](<https://git.example.org/s1>) · did not open"),
        (proof("private", checked_at=AT), "⚠️ [Code](<https://git.example.org/s1>) · private or gone"),
        (
            proof("reachable", checked_at=AT),
            "✅ [Code](<https://git.example.org/s1>) · opened <t:1773273600:D>",
        ),
        (
            proof("reachable", checked_at=AT, commit="1a2b3c4d5e", committed_at=AT),
            "✅ [Code](<https://git.example.org/s1>) · commit `1a2b3c4` of <t:1773273600:D> · opened <t:1773273600:D>",
        ),
    ],
)
def test_a_proof_says_what_was_found_behind_it(given_, line):
    assert cards.proof_line(given_) == line


def test_a_portfolio_says_what_the_marks_before_its_links_mean():
    words = words_of(show(shown(portfolio(entry(proofs=(proof("private"), proof()))), is_own=False)))
    assert "-# Before a link: ⚠️ it did not open, or is private · ▫️ I have not looked" in words
    assert "✅" not in words
    assert "Before a link" not in words_of(show(shown(portfolio(entry()))))


LONG = "## Why?\n\n" + "It took **2 s** on [the run](https://example.org/run). " * 40


def test_what_is_longer_than_a_card_of_many_can_be_read_whole():
    found = shown(portfolio(entry(narrative=LONG), entry("w02")), is_own=False)
    card = show(found)
    (menu,) = menus_of(card).values()
    assert [option.value for option in menu.options] == ["w01"]
    assert "It took 2 s on the run." in words_of(card)
    whole = cards.whole(found, found.portfolio.entries[0], 1)
    assert_discord_holds(whole)
    assert words_of(whole).count("It took 2 s on the run (https://example.org/run).") == 40
    assert "> ▸ Why?" in words_of(whole)
    assert buttons_of(whole)["Back to the portfolio"][0] == "p:portfolio.show:1.4.1"


@pytest.mark.parametrize(
    "words", ["*" * 3000, "a_b* " * 600, "\n".join("#" * 1500), "`a`\n" * 750, "- a\n" * 750]
)
def test_the_longest_narrative_is_whole_on_its_card(words):
    found = shown(portfolio(entry(narrative=words)))
    card = cards.whole(found, found.portfolio.entries[0], 1)
    assert_discord_holds(card)
    assert not words_of(card).endswith("…")


def test_a_quote_names_only_who_lets_their_name_be_shown():
    quotes = (
        Quote(review_id=1, words="It *holds*.", by="Birch", is_mentor=False),
        Quote(review_id=2, words="Good.", by=None, is_mentor=True),
    )
    words = words_of(show(shown(portfolio(entry(quotes=quotes)))))
    assert "> It \\*holds\\*.\n-# Birch" in words
    assert "-# Birch, classmate\n\n> Good.\n-# A mentor" in words, "two quotes stay two"
    alone = Quote(review_id=1, words="It holds.", by=None, is_mentor=False)
    assert "-# A classmate" in words_of(show(shown(portfolio(entry(quotes=(alone,))))))


def test_an_empty_portfolio_says_what_to_do_first():
    waiting = show(shown(None, waiting=("w01",)))
    assert buttons_of(waiting)["Publish Week 1"][0] == "p:portfolio.publish:1.w01"
    assert "nothing of yours is accepted yet" in words_of(show(shown(None)))
    assert "nothing of yours is accepted yet" in words_of(show(shown(portfolio())))
    assert "Aster has published nothing yet" in words_of(show(shown(None, is_own=False)))


def worst() -> Portfolio:
    """All that a course has, with everything as long as it may be."""
    link = f"https://example.org/{'a' * (LINK_LIMIT - 20)}"
    quotes = tuple(Quote(review_id=n, words="*" * 500, by="*" * 32, is_mentor=True) for n in range(3))
    entries = [
        entry(
            item.key,
            place=place if place <= 3 else None,
            narrative="_" * 3000,
            proofs=tuple(
                proof("reachable", url=link, checked_at=AT, commit="a" * 40, committed_at=AT)
                for _ in range(4)
            ),
            quotes=quotes,
            revising=place == 9,
            newer=None if place == 9 else 2,
        )
        for place, item in enumerate(COURSE.deliverables, 1)
    ]
    return portfolio(
        *entries,
        headline="*" * HEADLINE_LIMIT,
        about="_" * ABOUT_LIMIT,
        contact=link,
        online_at=AT,
    )


def test_a_whole_course_at_its_longest_fits_on_pages_that_turn():
    found = shown(worst(), waiting=[item.key for item in COURSE.deliverables])
    seen, page = 0, 1
    while True:
        card = show(found, page, checks_links=True)
        seen += words_of(card).count("Revision 1,")
        turn = next(
            (custom_id for label, (custom_id, _) in buttons_of(card).items() if label.endswith("▶")), None
        )
        if turn is None:
            break
        page += 1
        assert turn == f"p:portfolio.show:1.4.{page}"
    assert seen == len(COURSE.deliverables)
    assert words_of(show(found, 999)) == words_of(show(found, page))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(st.text(max_size=600), st.text(max_size=120), st.integers(1, 33))
def test_whatever_people_write_discord_can_hold_it(about, headline, count):
    items = [entry(item.key, narrative=about) for item in COURSE.deliverables[:count]]
    for page in (1, 2):
        show(shown(portfolio(*items, about=about, headline=headline)), page)


def receipt(words="It took 2 s.", **changes) -> Receipt:
    prompts = ("Why?", "How well?")
    given_ = Receipt(
        deliverable=COURSE.deliverable("w01"),
        words=narratives.told(words, prompts),
        look=narratives.look(words, prompts),
        revision=1,
        instead_of=None,
        is_first=True,
        revising=False,
        is_online=False,
    )
    return replace(given_, **changes)


def published(found: Receipt, *, pages=True):
    card = arranging_cards.published(shown(portfolio(entry())), found, pages_are_on=pages)
    assert_discord_holds(card)
    return card


def test_what_was_published_says_how_long_it_is_and_what_would_make_it_stronger():
    words = words_of(published(receipt("## Why?\nIt was slow.\n## How well?\n")))
    assert "Published · Week 1" in words
    assert "4 words, half a minute or less to read. This is what you wrote" in words
    assert "> ▸ Why?\n> It was slow." in words
    assert "A number makes it believable" in words
    assert "Nothing is written below “How well?” yet" in words
    assert "Two or three sentences more" in words
    good = words_of(published(receipt("It takes 20 ms for 10 people at a time. " * 40)))
    assert "To make it stronger" not in good
    assert "400 words, about 1.5 minutes to read" in good


def test_what_became_of_it_is_told_each_time():
    assert "Revision 1, as it was accepted, is seen by your cohort" in words_of(published(receipt()))
    later = words_of(published(receipt(is_first=False, revision=2, instead_of=1)))
    assert "Revision 2 is shown now" in later
    assert "took the place of revision 1" in later
    assert "Changed ·" in words_of(published(receipt(is_first=False)))
    assert "A mentor has asked for changes since" in words_of(
        published(receipt(is_first=False, revising=True))
    )
    assert "seen by everybody, on your page" in words_of(published(receipt(is_online=True)))
    blind = replace(COURSE.deliverable("w01"), blind=True)
    assert "Its reviews were blind" in words_of(published(receipt(deliverable=blind)))


def test_going_online_is_offered_where_pages_are_on_and_it_is_not():
    assert "Put it online" in buttons_of(published(receipt()))
    assert "Put it online" not in buttons_of(published(receipt(), pages=False))
    assert "Put it online" not in buttons_of(published(receipt(is_online=True)))


@pytest.mark.parametrize("words", ["*" * 3000, "_@everyone_ <script>\n" * 140, "\n".join("#" * 1500)])
def test_the_longest_narratives_fit_their_card(words):
    published(receipt(words))
    assert_discord_holds(
        arranging_cards.taken_out(shown(portfolio()), COURSE.deliverable("c3.3"), words[:3000])
    )


@pytest.mark.parametrize("to_take_out", [True, False])
def test_a_menu_holds_a_whole_course(to_take_out):
    card = arranging_cards.which(shown(worst()), to_take_out=to_take_out)
    assert_discord_holds(card)
    assert [len(menu.options) for menu in menus_of(card).values()] == [25, 8]


def test_the_best_three_are_chosen_in_three_menus_that_turn_their_pages():
    found = shown(worst())
    first = arranging_cards.best(found, 1)
    last = arranging_cards.best(found, 9)
    for card in (first, last):
        assert_discord_holds(card)
        assert len(menus_of(card)) == 3
        assert all(f"**{name}**" in words_of(card) for name in ("🥇 First", "🥈 Second", "🥉 Third"))
        assert all(len(menu.options) <= 25 for menu in menus_of(card).values())
        assert [option.value for menu in menus_of(card).values() for option in menu.options if option.default] == [
            "w01", "w02", "w03",
        ]  # fmt: skip
    offered = {
        option.value for card in (first, last) for menu in menus_of(card).values() for option in menu.options
    }
    kept = {item.deliverable.key for item in found.public}
    assert offered == kept | {arranging_cards.NONE}
    assert len(kept) == len(COURSE.deliverables) - 1, "what is being revised is not offered"


def test_before_it_goes_online_everything_that_will_be_seen_is_said():
    found = shown(portfolio(entry(), headline="Builds", contact="https://example.org"))
    card = arranging_cards.online_asked(found, found.portfolio)
    assert_discord_holds(card)
    words = words_of(card)
    assert "signs that nobody can guess" in words
    assert "your name as I know it, Aster" in words
    assert "your headline" in words
    assert "your contact link" in words
    assert "text about yourself" not in words
    assert "1 piece of accepted work: your words, your links" in words
    assert "how many reviews you gave" in words
    assert "how many defects and risks reviewers raised" in words
    assert "**Not on it:** your Discord account" in words
    assert "is forgotten" not in words
    kept = replace(RUNNING.cohort, keep_days=90)
    passing = replace(found, running=replace(RUNNING, cohort=kept))
    assert "is forgotten 90 days after its end" in words_of(
        arranging_cards.online_asked(passing, found.portfolio)
    )
