"""Requests handed to an entrusted party: once, no more than its contract covers, signed answers only."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shouxin.connect import mapfile
from shouxin.connect.checking import check
from shouxin.connect.opendsr.store import OpenDsrStore
from shouxin.connect.person import Held
from shouxin.connect.stores import opened
from shouxin.errors import InputError, IntegrityError, StoreError
from tests.connect.opendsr.party import MAP, Authority, Party, described, served

TODAY = date(2026, 11, 22)
EMAIL = "Ana@shop.example"
ANA = {
    "email": (Held(value=EMAIL), Held(value="old@shop.example", until=date(2020, 1, 1))),
    "customer_id": (Held(value="7"),),
    "phone_number": (Held(value="13800000001"),),
}
KEY = str(uuid.UUID(int=7, version=4))


@pytest.fixture
def party(tmp_path: Path) -> Iterator[Party]:
    """Serve a party."""
    with served(Party(), tmp_path) as made:
        yield made


def store(party: Party) -> OpenDsrStore:
    """Return the party as a store that was just opened."""
    made = opened(described(), party.address)
    assert isinstance(made, OpenDsrStore)
    return made


def test_a_request_is_handed_over_and_asked_after(party: Party) -> None:
    """Pending, in progress, completed; each word signed."""
    at = store(party)
    begun = at.begin(ANA, TODAY, KEY)
    assert not begun.done
    party.state = "in_progress"
    further = at.ask(ANA, TODAY, begun.reference)
    assert not further.done
    party.state = "completed"
    assert store(party).ask(ANA, TODAY, further.reference).done
    assert party.requests[KEY]["subject_request_type"] == "erasure"


def test_only_what_the_contract_covers_is_sent_and_hashed_where_it_may_be(party: Party) -> None:
    """Not the telephone, not the former address, no customer number that the party does not take."""
    store(party).begin(ANA, TODAY, KEY)
    hashed = hashlib.sha256(b"ana@shop.example").hexdigest()
    assert party.requests[KEY]["subject_identities"] == [
        {"identity_type": "email", "identity_value": hashed, "identity_format": "sha256"}
    ]
    party.identities = [("email", "raw"), ("controller_customer_id", "raw")]
    other = str(uuid.uuid4())
    store(party).begin(ANA, TODAY, other)
    assert {one["identity_value"] for one in party.requests[other]["subject_identities"]} == {EMAIL, "7"}


def test_one_number_is_one_request(party: Party) -> None:
    """Sent again under the same number it is the same request at the party."""
    store(party).begin(ANA, TODAY, KEY)
    store(party).begin(ANA, TODAY, KEY)
    assert (party.posts, list(party.requests)) == (2, [KEY])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"spoilt": True}, "changed on the way"),
        ({"domain": "other.example"}, "domain of the party"),
        (
            {"signing": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
            "not signed by its party",
        ),
        ({"about": str(uuid.uuid4())}, "another request"),
    ],
)
def test_what_nobody_can_be_held_to_does_not_count(party: Party, change: dict[str, Any], says: str) -> None:
    """A byte changed, another domain, another key, another request: at the hand-over and at each question."""
    begun = store(party).begin(ANA, TODAY, KEY)
    for name, value in change.items():
        setattr(party, name, value)
    with pytest.raises(IntegrityError, match=says) as wrong:
        store(party).ask(ANA, TODAY, begun.reference)
    assert wrong.value.code == "opendsr-signature"
    with pytest.raises(IntegrityError, match=says):
        store(party).begin(ANA, TODAY, KEY)


def test_a_status_never_goes_back(party: Party) -> None:
    """One that was signed earlier and is played again does not count."""
    at = store(party)
    begun = at.begin(ANA, TODAY, KEY)
    party.state = "in_progress"
    further = at.ask(ANA, TODAY, begun.reference)
    party.state = "pending"
    with pytest.raises(IntegrityError, match="older"):
        at.ask(ANA, TODAY, further.reference)


@pytest.mark.parametrize("whose", ["nobody's authority", "another domain", "itself"])
def test_a_certificate_leads_to_an_authority_and_names_the_domain(party: Party, whose: str) -> None:
    """Else nothing that it signed counts, and nothing about the person is sent."""
    if whose == "another domain":
        party.certificate = party.authority.issued("other.example", party.key)
    elif whose == "itself":
        alone = Authority()
        alone.key = party.key  # type: ignore[assignment]
        party.certificate = alone.issued("localhost", party.key)
    else:
        party.certificate = Authority().issued("localhost", party.key)
    with pytest.raises(IntegrityError, match="trusted authority"):
        store(party).begin(ANA, TODAY, KEY)
    assert not party.posts


def test_a_party_that_cancels_or_does_not_erase_is_an_error(party: Party) -> None:
    """And so is a status that the specification does not know."""
    begun = store(party).begin(ANA, TODAY, KEY)
    for state, says in (("cancelled", "cancelled"), ("soon", "specification knows")):
        party.state = state
        with pytest.raises(StoreError, match=says):
            store(party).ask(ANA, TODAY, begun.reference)
    party.types = ["access"]
    with pytest.raises(StoreError, match="not offer to erase"):
        store(party).begin(ANA, TODAY, str(uuid.uuid4()))


def test_a_person_whom_the_party_cannot_know_stands_in_the_way(party: Party) -> None:
    """The survey says so, and that only the party knows what it holds."""
    nobody = {"phone_number": ANA["phone_number"]}
    survey = store(party).survey(nobody, TODAY)
    assert [one.code for one in survey.problems] == ["opendsr-identities"]
    seen = store(party).survey(ANA, TODAY)
    assert (seen.problems, [one.code for one in seen.warnings]) == ((), ["opendsr-warning"])
    assert store(party).erase(ANA, TODAY, digest=seen.digest, dry_run=True).nothing
    assert not party.posts


def test_a_map_names_its_party() -> None:
    """Read and written it is the same; another make has none."""
    found = described()
    assert mapfile.read(mapfile.write(found).encode(), where="x") == found
    check([found])
    with pytest.raises(InputError, match="hand_off"):
        check([mapfile.read(MAP.replace("make: opendsr", "make: mysql").encode(), where="x")])
