"""Links are looked at after a hand-in and when a portfolio asks; what was found is kept for exactly that link."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import CourseError, NotAllowed
from bot.portfolio import proof_cards
from bot.portfolio.proofs import Proofs
from bot.reach import Found
from bot.submissions import looking as rules
from bot.submissions.cards import receipt_card
from bot.submissions.evidence import links_of
from bot.submissions.looking import Looking
from tests import internet as world
from tests.internet import HASH, commits
from tests.portfolio.gallery import NOW, Gallery
from tests.shown import assert_discord_holds, buttons_of, words_of
from tests.town import Town

LATER = NOW + rules.AGAIN
ON_THE_11TH = datetime(2026, 3, 11, 10, tzinfo=UTC)


class Shop(Gallery):
    """A cohort whose links lead into the small internet of this machine."""

    def __init__(self, town: Town, internet: world.Internet, **options) -> None:
        super().__init__(town)
        self.internet = internet
        self.looking = Looking(town.database, internet.reach(**options))
        self.proofs = Proofs(town.database, self.looking)

    async def submit(self, *paths: str, now=NOW, key: str = "w01"):
        """Hand in links to these pages, and look at them."""
        here = await self.here(1, now)
        deliverable = here.course.deliverable(key)
        kinds = [item.kind for item in deliverable.evidence]
        links = {
            kind: self.internet.at("site.example.org", path) for kind, path in zip(kinds, paths, strict=False)
        }
        receipt = await self.town.submissions.submit(here, deliverable, links, None, now)
        return receipt, await self.looking.after(receipt, now)

    async def evidence(self):
        rows = await self.town.database.read(
            lambda tx: tx.all("SELECT * FROM evidence ORDER BY revision_id, kind")
        )
        return [(row["state"], row["checked_at"] is not None, row["commit_sha"]) for row in rows]

    async def show(self, *paths: str, now=NOW, key: str = "w01"):
        """Hand in, be accepted, publish."""
        receipt, _ = await self.submit(*paths, now=now, key=key)
        await self.decide(receipt.revision.submission_id, now)
        await self.publish(1, key, now=now)
        return receipt


@pytest.fixture
async def shop(database):
    async with world.opened() as internet:
        town = Town(database)
        await town.begin(3)
        yield Shop(town, internet)


# ------------------------------------------------------------------------------------------ after a hand-in


async def test_links_that_open_change_nothing_about_the_receipt_and_are_written_down(shop):
    receipt, after = await shop.submit("/ok", "/b/ok")
    assert after is None
    assert await shop.evidence() == [("reachable", True, None)] * 2
    assert receipt.revision.dead == frozenset()


async def test_a_dead_link_is_missing_on_the_receipt_and_counts_again_once_it_is_handed_in_anew(shop):
    _, after = await shop.submit("/gone")
    assert after is not None
    (kind,) = after.revision.links
    assert after.revision.dead == {kind}
    assert after.missing
    await shop.town.tick(NOW)
    shop.internet.pages["/gone"] = 200
    again, after = await shop.submit("/gone", now=NOW + timedelta(minutes=1))
    assert again.revision.dead == frozenset()
    assert after is None
    assert await shop.evidence() == [("reachable", True, None)]


async def test_a_link_that_asks_for_an_account_is_private(shop):
    shop.internet.pages["/mine"] = 401
    _, after = await shop.submit("/mine")
    assert after.revision.private == after.revision.dead != frozenset()
    said = words_of(receipt_card(await shop.here(1), after))
    assert "private or gone. Let everybody open it, then hand it in again." in said
    assert "Add the rest" in buttons_of(receipt_card(await shop.here(1), after))


async def test_nobody_is_blamed_for_a_server_in_trouble(shop):
    shop.internet.pages["/busy"] = 503
    _, after = await shop.submit("/busy")
    assert after is None
    assert await shop.evidence() == [("unchecked", True, None)]


async def test_what_was_found_earlier_stands_where_nobody_can_tell_now(shop):
    await shop.submit("/ok", "/gone")
    shop.internet.pages |= {"/ok": 503, "/gone": 503}
    links = await shop.town.database.read(links_of, [1])
    assert await shop.looking.look(1, links, NOW) == 0
    links = await shop.town.database.read(links_of, [1])
    assert await shop.looking.look(1, links, LATER) == 2
    assert sorted(await shop.evidence()) == [("dead", True, None), ("reachable", True, None)]


async def test_work_settles_anew_when_a_link_begins_or_ceases_to_count(shop):
    async def owed():
        rows = await shop.town.database.read(
            lambda tx: tx.all("SELECT key FROM occurrence WHERE kind = 'settle'")
        )
        return sum(row["key"].endswith(".looked") for row in rows)

    await shop.submit("/ok")
    assert await owed() == 0
    shop.internet.pages["/ok"] = 404
    links = await shop.town.database.read(links_of, [1])
    await shop.looking.look(1, links, LATER)
    assert await owed() == 1
    await shop.town.tick(LATER)


async def test_a_result_is_written_for_exactly_the_link_that_was_looked_at(shop):
    """Meanwhile its author has handed in another one."""
    here = await shop.here(1)
    receipt, _ = await shop.submit("/ok")
    (kind,) = receipt.revision.links
    (old,) = await shop.town.database.read(links_of, [receipt.revision.id])
    other = {kind: shop.internet.at("site.example.org", "/other/ok")}
    await shop.town.submissions.submit(here, receipt.deliverable, other, None, NOW)
    await shop.town.database.write(rules._record, [(old, Found(state="dead"))], NOW)
    assert await shop.evidence() == [("unchecked", False, None)]
    assert await shop.looking.after(receipt, NOW) is None  # it says something newer by now


async def test_what_is_known_of_a_link_stays_when_another_is_changed(shop):
    await shop.submit("/ok")
    assert await shop.submit("/ok", "/b/ok", now=NOW + timedelta(minutes=1))
    assert shop.internet.said() == ["HEAD /ok", "HEAD /b/ok"]


async def test_one_person_cannot_make_the_bot_ask_without_end(shop):
    for minute in range(60):
        await shop.submit(f"/{minute}/ok", now=NOW + timedelta(seconds=minute))
    assert len(shop.internet.asked) == rules.MOST
    await shop.submit("/later/ok", now=LATER + timedelta(minutes=1))
    assert len(shop.internet.asked) == rules.MOST + 1


async def test_without_leave_of_the_host_nothing_is_opened(shop):
    shop.looking = Looking(shop.town.database, None)
    _, after = await shop.submit("/ok")
    assert after is None
    assert shop.internet.asked == []
    assert await shop.evidence() == [("unchecked", False, None)]
    with pytest.raises(CourseError, match="has not switched on looking at links"):
        await Proofs(shop.town.database, shop.looking).due(await shop.here(1), NOW)


# ------------------------------------------------------------------------------------------ a portfolio


async def test_a_portfolio_has_its_links_looked_at_with_the_commits_that_they_show(shop):
    token = Shop(shop.town, shop.internet, token="t")
    shop.internet.tells("/repos/ada/lab/commits", commits())
    shop.internet.pages["/ada/lab"] = 200
    shop.internet.names.meanings["github.com"] = [world.PUBLIC]
    here = await shop.here(1)
    deliverable = here.course.deliverable("w01")
    submission = await shop.hand_in(1, "w01")
    await shop.town.database.write(
        lambda tx: tx.run("UPDATE evidence SET url = :url", url=shop.internet.at("github.com", "/ada/lab"))
    )
    await shop.decide(submission)
    await shop.publish(1, "w01")
    links = len(deliverable.evidence)
    assert await token.proofs.due(here, NOW) == links
    found = await token.proofs.look(here, NOW)
    assert (found.looked, found.waiting, len(found.those("reachable"))) == (links, 0, links)
    assert {(proof.commit, proof.committed_at) for _, proof in found.proofs} == {(HASH, ON_THE_11TH)}
    assert await token.proofs.due(here, NOW) == 0
    assert (await token.proofs.look(here, NOW)).looked == 0
    card = proof_cards.looked(here, found)
    assert f"**{links} of {links} links** opened." in words_of(card)
    assert f"`{HASH[:7]}` of <t:{int(ON_THE_11TH.timestamp())}:D>" in words_of(card)


async def test_only_the_piece_that_was_published_is_looked_at_when_it_is(shop):
    await shop.show("/1/ok", key="w01")
    await shop.show("/2/ok", key="w02")
    shop.internet.asked.clear()
    assert (await shop.proofs.look(await shop.here(1), LATER, "w02")).looked == 1
    assert shop.internet.said() == ["HEAD /2/ok"]


async def test_who_has_left_has_the_links_of_what_they_publish_looked_at_too(shop):
    await shop.show("/1/ok")
    await shop.withdraw(1)
    here = await shop.here(1)
    await shop.portfolios.publish(here, here.course.deliverable("w01"), "Changed after I left: 12 ms.", NOW)
    looked = await shop.proofs.look(here, LATER, "w01")
    assert [proof.state for _, proof in looked.proofs] == ["reachable"]
    await shop.withdraw(2)
    with pytest.raises(NotAllowed, match="withdrawn"):
        await shop.proofs.look(await shop.here(2), LATER)


async def test_many_links_are_looked_at_in_turns_the_longest_unseen_first(shop, monkeypatch):
    await shop.show("/1/ok", key="w01")
    await shop.show("/2/ok", key="w02", now=NOW + timedelta(minutes=5))
    monkeypatch.setattr(rules, "MOST", 1)
    here, now = await shop.here(1), NOW + timedelta(hours=1)
    found = await shop.proofs.look(here, now)
    assert (found.looked, found.waiting) == (1, 1)
    assert shop.internet.said()[-1] == "HEAD /1/ok"
    assert "1 more link" in words_of(proof_cards.looked(here, found))


async def test_what_did_not_open_is_said_with_what_to_do(shop):
    shop.internet.pages["/mine"] = 401
    shop.internet.pages["/busy"] = 503
    await shop.show("/gone", key="w01")
    await shop.show("/mine", key="w02")
    await shop.show("/busy", key="w03")
    here = await shop.here(1)
    card = proof_cards.looked(here, await shop.proofs.look(here, NOW))
    assert_discord_holds(card)
    said = words_of(card)
    assert "**0 of 3 links** opened." in said
    assert "did not open on <t:" in said
    assert "private or gone on <t:" in said
    assert "Of 1 link I could not tell" in said
    assert "Let everybody open them" in said
    assert set(buttons_of(card)) == {"Look again", "My portfolio"}
    assert_discord_holds(proof_cards.looking(3))
    assert_discord_holds(proof_cards.looking(0))


async def test_an_empty_portfolio_has_nothing_to_look_at(shop):
    with pytest.raises(CourseError, match="no links to look at"):
        await shop.proofs.due(await shop.here(1), NOW)


async def test_the_fullest_card_fits(shop):
    await shop.show("/ok", key="w01")
    here = await shop.here(1)
    found = await shop.proofs.look(here, NOW)
    deliverable, proof = found.proofs[0]
    long = replace(proof, url="https://site.example.org/" + "x" * 470, commit=HASH, committed_at=NOW)
    many = [
        (deliverable, replace(long, state=state))
        for state in ("dead", "reachable", "unchecked")
        for _ in range(60)
    ]
    assert_discord_holds(proof_cards.looked(here, replace(found, proofs=many, waiting=100)))
