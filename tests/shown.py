"""Reading cards without Discord: their words, their buttons, and whether Discord could hold them."""

from __future__ import annotations

import discord


def words_of(view) -> str:
    """All that a card says."""
    shown = [item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay)]
    return "\n".join(shown)


def _dynamic(view):
    return [item.item for item in view.walk_children() if isinstance(item, discord.ui.DynamicItem)]


def buttons_of(view) -> dict[str, tuple[str, discord.ButtonStyle]]:
    """Each button by its label: its id and its style."""
    found = [item for item in _dynamic(view) if isinstance(item, discord.ui.Button)]
    return {item.label: (item.custom_id, item.style) for item in found}


def menus_of(view) -> dict[str, discord.ui.Select]:
    """Each menu by its id."""
    found = [item for item in _dynamic(view) if isinstance(item, discord.ui.Select)]
    return {item.custom_id: item for item in found}


def assert_discord_holds(view) -> None:
    """Discord's limits on a message made of components."""
    assert view.content_length() <= 4000
    assert sum(1 for _ in view.walk_children()) <= 40
    ids = [item.custom_id for item in view.walk_children() if hasattr(item, "custom_id")]
    assert len(ids) == len(set(ids))
    assert all(len(custom_id) <= 100 for custom_id in ids)
    assert all(0 < len(label) <= 80 for label in buttons_of(view))
    for item in view.walk_children():
        if isinstance(item, discord.ui.ActionRow):
            assert 1 <= len(item.children) <= 5
        if isinstance(item, discord.ui.TextDisplay):
            assert item.content.strip()
    for menu in menus_of(view).values():
        assert len(menu.placeholder) <= 150
        assert 1 <= len(menu.options) <= 25
        assert len({option.value for option in menu.options}) == len(menu.options)
        for option in menu.options:
            assert 1 <= len(option.label) <= 100
            assert len(option.description or "") <= 100


def assert_form_fits(form) -> None:
    """Discord's limits on a form."""
    assert len(form.title) <= 45
    assert 1 <= len(form.children) <= 5
    for label in form.children:
        assert isinstance(label, discord.ui.Label)
        assert len(label.text) <= 45
        assert len(label.description or "") <= 100
        assert len(getattr(label.component, "placeholder", None) or "") <= 100
