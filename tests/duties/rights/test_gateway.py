"""Codes and summonses leave by mail and by a provider of texts, or wait in a folder; none is lost quietly."""

from email import message_from_string
from pathlib import Path

import pytest

from shouxin.duties.mailing import WaysOut
from shouxin.duties.rights.gateway import Message, Outbox, Sending, Summons
from shouxin.errors import InputError, ShouxinError, StoreError
from tests.duties.delivery.receivers import Hook, Server, hook, mails

__all__ = ["hook", "mails"]

MAIL = Message(channel="email", address="someone@shop.example", request=7, code="024680", minutes=10)
TEXT = Message(channel="sms", address="13900000001", request=7, code="024680", minutes=10)
WORK = Summons(
    address="office@shop.example", request=7, store="cupboard", work="erase", due=None, link="/by-hand/x"
)


def test_each_message_goes_its_way(tmp_path: Path, mails: Server, hook: Hook) -> None:
    """A code to the address in three languages, a text to the provider, work with its link; no file."""
    ways = WaysOut(f"smtp://localhost:{mails.port}", "s@shop.example", hook.url, "https://office.example")
    sending = Sending(Outbox(tmp_path / "outbox"), ways)
    for one in (MAIL, TEXT, WORK):
        sending.send(one)
    code, work = (message_from_string(one) for one in mails.mails)
    body, told = code.get_payload(decode=True), work.get_payload(decode=True)
    assert code["To"] == "someone@shop.example"
    assert isinstance(body, bytes)
    assert body.startswith(b"024680")
    assert "请忽略" in body.decode()
    assert isinstance(told, bytes)
    assert b"https://office.example/by-hand/x" in told
    ((_, word, posted),) = hook.got
    assert (word, posted["address"], posted["code"]) == ("Bearer word", "13900000001", "024680")
    assert not (tmp_path / "outbox").exists()


def test_without_a_way_it_waits_in_a_folder(tmp_path: Path) -> None:
    """Nothing named, nothing lost: whoever sends for the service finds each message as a file."""
    sending = Sending(Outbox(tmp_path / "outbox"), WaysOut())
    for one in (MAIL, TEXT, WORK):
        sending.send(one)
    assert len(list((tmp_path / "outbox").iterdir())) == 3


def test_a_server_that_does_not_take_it_is_told(tmp_path: Path, hook: Hook) -> None:
    """The request for a code is refused with a code of its own, which holds nothing of the person."""
    with pytest.raises(StoreError, match="did not take") as caught:
        Sending(Outbox(tmp_path), WaysOut("smtp://localhost:1")).send(MAIL)
    assert caught.value.code == "gateway-failed"
    assert "someone" not in str(caught.value)
    hook.status = 500
    with pytest.raises(ShouxinError):
        Sending(Outbox(tmp_path), WaysOut(texts=hook.url)).send(TEXT)


@pytest.mark.parametrize("ways", [WaysOut("gopher://x"), WaysOut(texts="http://elsewhere.example/x")])
def test_what_is_no_way_is_refused_at_the_start(tmp_path: Path, ways: WaysOut) -> None:
    """A server that could never send does not start."""
    with pytest.raises(InputError):
        Sending(Outbox(tmp_path), ways)
