"""Who asks is verified before anything is shown: sessions, codes, documents, and claims that are wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shouxin.duties.days import today
from shouxin.duties.rights.gateway import Message, Outbox
from shouxin.duties.rights.identity import LASTS, MOST, TRIES, masked
from shouxin.errors import InputError
from tests.duties.rights.made_up import ACTOR, Office


def code(office: Office, number: int, channel: str = "email") -> str:
    """Have a code sent, and return it as the person reads it."""
    office.rights.send_code(number, channel, today(), ACTOR)  # type: ignore[arg-type]
    return office.sent[-1].code


@pytest.mark.parametrize(("channel", "address"), [("email", "ana@shop.example"), ("sms", "13800000001")])
def test_a_code_goes_to_an_address_that_the_store_knows(office: Office, channel: str, address: str) -> None:
    """And whoever types it is verified, once."""
    number = office.ask()
    right = code(office, number, channel)
    assert office.sent[-1].address == address
    assert (
        office.rights.enter_code(number, f" {right[:4]} {right[4:]} ", today(), ACTOR).verified_by == "code"
    )
    with pytest.raises(InputError, match="not the code"):
        office.rights.enter_code(number, right, today(), ACTOR)


def test_a_former_number_gets_no_code(office: Office) -> None:
    """It is somebody else's now."""
    number = office.ask(person="8", identities={"customer_id": "8"})
    with pytest.raises(InputError, match="no such address"):
        code(office, number, "sms")
    assert not office.sent


def test_identities_that_do_not_belong_together_find_nobody(office: Office) -> None:
    """A customer's number with another's e-mail address gets no code, whichever of them asks."""
    number = office.ask(identities={"customer_id": "7", "email": "bo@shop.example"})
    with pytest.raises(InputError, match="no such address"):
        code(office, number, "sms")


def test_a_code_can_be_tried_ten_times(office: Office) -> None:
    """Then the right one is good no more, and every try is counted."""
    number = office.ask()
    right = code(office, number)
    wrong = f"{(int(right) + 1) % 10**8:08}"
    for _ in range(TRIES):
        with pytest.raises(InputError, match="not the code"):
            office.rights.enter_code(number, wrong, today(), ACTOR)
    with pytest.raises(InputError, match="not the code"):
        office.rights.enter_code(number, right, today(), ACTOR)
    assert not office.rights.show(number, today()).verified_by


def test_a_code_is_over_after_a_quarter_of_an_hour(office: Office) -> None:
    """As the database's clock has it."""
    number = office.ask()
    right = code(office, number)
    with office.engine.begin() as connection:
        connection.execute(
            text("update shouxin.rights_code set until = until - cast(:by as interval)"), {"by": LASTS}
        )
    with pytest.raises(InputError, match="good no more"):
        office.rights.enter_code(number, right, today(), ACTOR)


def test_only_the_newest_code_is_good_and_few_are_sent(office: Office) -> None:
    """The first is over when the second goes out; the sixth within an hour does not."""
    number = office.ask()
    first = code(office, number)
    while code(office, number) == first:
        pass
    with pytest.raises(InputError, match="not the code"):
        office.rights.enter_code(number, first, today(), ACTOR)
    with pytest.raises(InputError, match=f"{MOST} codes"):
        for _ in range(MOST):
            code(office, number)


def test_of_a_code_only_a_hash_is_kept_and_no_address_anywhere(office: Office) -> None:
    """Neither in the table nor in the ledger, and what is shown is masked."""
    number = office.ask()
    sent = office.rights.send_code(number, "email", today(), ACTOR)
    assert sent.address == "a***@shop.example"
    with office.engine.connect() as connection:
        for table in ("rights_code", "rights_request", "ledger_entry", "case_event"):
            rows = connection.execute(text(f"select to_jsonb(t)::text from shouxin.{table} t")).scalars()
            kept = " ".join(rows)
            assert office.sent[-1].code not in kept
            assert "ana@shop" not in kept


@pytest.mark.parametrize(
    ("address", "shown"), [("13800000001", "138****01"), ("12345", "****"), ("x@y.example", "x***@y.example")]
)
def test_addresses_are_masked(address: str, shown: str) -> None:
    """Enough to know one's own, too little to learn another's."""
    assert masked(address) == shown


def test_the_service_or_the_staff_can_verify(office: Office) -> None:
    """Each by its own method, written into the ledger and into the case; once verified stays verified."""
    for method, number in (("session", office.ask()), ("document", office.ask())):
        if method == "session":
            office.rights.vouch(number, today(), ACTOR)
        else:
            office.rights.look_at(number, "identity card seen", today(), ACTOR)
        shown = office.rights.vouch(number, today(), ACTOR)
        assert (shown.verified_by, shown.state) == (method, "verified")


def test_a_session_of_the_deceased_does_not_show_who_the_relative_is(office: Office) -> None:
    """Documents do, and then the relative is given what the law gives them."""
    records = {"death": "file 7/1", "kinship": "file 7/2", "interest": "file 7/3"}
    number = office.ask("access", for_deceased=True, records=records)
    with pytest.raises(InputError, match="documents"):
        office.rights.vouch(number, today(), ACTOR)
    office.rights.look_at(number, "certificates seen", today(), ACTOR)
    facts = {"own_interest": True, "arranged_otherwise": False}
    with office.rights.give(number, "a" * 20, "zh", facts, today(), ACTOR) as made:
        assert made.rows == {"shop.rows": 2, "news.rows": 1}


def test_a_relative_must_say_what_the_law_asks(office: Office) -> None:
    """Nothing is kept of a request without the records."""
    with pytest.raises(InputError, match="kinship"):
        office.ask("access", for_deceased=True, records={"death": "file 7/1"})
    assert office.rights.list(today(), state="") == []


def test_the_outbox_leaves_private_files(tmp_path: object) -> None:
    """Readable by their owner alone, and named after nothing."""
    folder = tmp_path / "outbox"  # type: ignore[operator]
    message = Message(channel="sms", address="13800000001", request=3, code="00000000", minutes=15)
    Outbox(folder).send(message)
    (made,) = folder.iterdir()
    assert made.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert "138" not in made.name
    assert '"address":"13800000001"' in made.read_text()


def test_codes_are_good_for_minutes() -> None:
    """The message says how many."""
    assert timedelta(minutes=5) <= LASTS <= timedelta(hours=1)
