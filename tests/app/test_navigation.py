"""Where places stand in the navigation, and who is shown which."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from shouxin.app import navigation
from shouxin.app.navigation import FALLBACK, GROUPS, grouped, public, stands
from tests.app.made_up import TOKEN

Client = TestClient[Litestar]
SYSTEM = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/html"}
STRANGER = {"Accept": "text/html"}


def test_every_place_stands_once_in_the_group_that_names_it() -> None:
    """However a duty orders its entries, the groups and their order are those of the one list."""
    entries = [(address, f"nav.{name}") for name, _, addresses in GROUPS for address in addresses]
    groups = grouped(entries[::-1])
    assert [(group.name, group.key) for group in groups] == [(name, key) for name, key, _ in GROUPS]
    assert [address for group in groups for address, _ in group.entries] == [one for one, _ in entries]


@pytest.mark.parametrize(
    ("address", "group"),
    [("/ledger/exports", "proof"), ("/law/search/saved", "law"), ("/something-new", FALLBACK)],
)
def test_a_place_that_no_group_names_is_shown_all_the_same(address: str, group: str) -> None:
    """It stands where the nearest address above it does, after the named ones, else in the fallback."""
    (found,) = [one for one in grouped([(address, "nav.new")]) if one.entries]
    assert (found.name, found.entries) == (group, ((address, "nav.new"),))
    whole = grouped([(address, "nav.new"), *((one, "nav.x") for _, _, named in GROUPS for one in named)])
    (home,) = [one for one in whole if one.name == group]
    assert home.entries[-1][0] == address


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "/"),
        ("/law", "/law"),
        ("/law/pipl/art_29", "/law"),
        ("/law/search", "/law/search"),
        ("/lawless", None),
        ("/nothing", None),
    ],
)
def test_a_page_knows_where_it_stands(path: str, place: str | None) -> None:
    """The longest address that is its own or lies above it; the start page is above nothing."""
    groups = grouped([("/", "nav.overview"), ("/law", "nav.law"), ("/law/search", "search.title")])
    found = stands(groups, path)
    assert (found.entry[0] if found.entry else None) == place
    assert (found.group is None) == (place is None)


def test_a_stranger_is_shown_few_places_first_and_all_others_behind_them() -> None:
    """No public place is lost, and the start page of operators is not offered."""
    entries = [("/", "a"), ("/procedures", "b"), ("/law", "c"), ("/work", "d"), ("/decide", "e")]
    first, more = public(entries)
    assert [address for address, _ in first] == ["/law", "/decide"]
    assert {address for address, _ in more} == {"/procedures", "/work"}


def test_every_key_leads_to_a_place_of_the_groups() -> None:
    """A key that leads nowhere would be a promise broken, and no key means two places."""
    named = {one for _, _, addresses in GROUPS for one in addresses}
    assert set(navigation.KEYS.values()) <= named
    assert len(set(navigation.KEYS.values())) == len(navigation.KEYS)
    assert not {"g", "j", "k", "o", "?", "/"} & navigation.KEYS.keys()


def test_strangers_get_no_script_and_the_console_only_its_own(client: Client) -> None:
    """The policy of a page without a script allows none; the console's comes from a file with a hash."""
    plain = client.get("/law", headers=STRANGER)
    assert "<script" not in plain.text
    assert "script-src" not in plain.headers["content-security-policy"]
    console = client.get("/law", headers=SYSTEM)
    (address,) = re.findall(r"<script [^>]*>", console.text)
    source = re.fullmatch(r'<script src="(/static/console\.[0-9a-f]{16}\.js)" defer>', address)
    assert source
    assert "script-src 'self'" in console.headers["content-security-policy"]
    script = client.get(source[1])
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.content) < 10_000


def test_the_current_place_is_marked_on_pages_below_it(client: Client) -> None:
    """On a provision the list of instruments is the current place, and its group is open."""
    text = client.get("/law/pipl/art_29", headers=SYSTEM | {"Accept-Language": "en"}).text
    side = text[text.index('<nav class="side') : text.index("</nav>", text.index('<nav class="side'))]
    assert '<a href="/law" aria-current="true">' in side
    assert re.search(r"<details open>\s*<summary>The law</summary>", side)
    assert '<nav class="side' not in client.get("/law", headers=STRANGER).text
