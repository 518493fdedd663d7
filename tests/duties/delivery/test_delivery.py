"""Messages of the outbox reach their targets: each at least once, under one key, whatever fails."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from shouxin.duties.delivery.senders import Mail, Webhook
from shouxin.duties.delivery.service import TRIES, Deliveries, senders
from shouxin.errors import InputError
from tests.duties.delivery.receivers import Hook, Server, hook, mails

__all__ = ["hook", "mails"]


def put(engine: Engine, key: str, age: str = "0") -> None:
    """Put a message into the outbox."""
    with engine.begin() as connection:
        made = "insert into shouxin.outbox (key, topic, body, at) values (:key, 'deadline.missed', "
        made += "cast(:body as jsonb), now() - cast(:age as interval))"
        connection.execute(text(made), {"key": key, "body": '{"case": 7}', "age": f"{age} days"})


def soon(engine: Engine) -> None:
    """Let the pauses be over."""
    with engine.begin() as connection:
        connection.execute(text("update shouxin.delivery set next_at = now() where next_at is not null"))


def test_a_message_goes_to_every_target_once(migrated: Engine, hook: Hook, mails: Server) -> None:
    """By webhook with its key and secret, by e-mail with an id that follows from the key."""
    to = ("office@shop.example",)
    found = Deliveries(migrated, senders(hook.url, f"smtp://localhost:{mails.port}", to, "s@shop.example"))
    put(migrated, "deadline-1")
    put(migrated, "deadline-old", "8")
    assert (found.deliver(), found.deliver()) == (2, 0)
    ((key, secret, body),) = hook.got
    assert (key, secret, body["topic"], body["body"]) == (
        "deadline-1",
        "Bearer word",
        "deadline.missed",
        {"case": 7},
    )
    (mail,) = mails.mails
    assert "To: office@shop.example" in mail
    assert "Message-ID: <" in mail
    assert {one.state for one in found.list()} == {"taken"}


def test_what_fails_is_tried_again_and_given_up_at_last(migrated: Engine, hook: Hook) -> None:
    """The same key each time; one target keeps no other; given up it is shown, and tried anew on demand."""
    found = Deliveries(migrated, {"webhook": Webhook(hook.url)})
    hook.status = 500
    put(migrated, "deadline-1")
    for _ in range(TRIES + 2):
        found.deliver()
        soon(migrated)
    (line,) = found.list(only_open=True)
    assert (line.state, line.tries, line.problem) == ("given_up", TRIES, "service-busy")
    assert {key for key, _, _ in hook.got} == {"deadline-1"}
    assert len(hook.got) == TRIES
    hook.status = 200
    assert (found.again(), found.deliver()) == (1, 1)
    assert found.list(only_open=True) == []


def test_a_process_killed_while_sending_sends_again(migrated: Engine, hook: Hook) -> None:
    """Taken by the target and not written down: it goes again under its key, so that it counts once."""
    put(migrated, "deadline-1")

    class Killed(BaseException):
        """The process ends."""

    class Dying(Webhook):
        def send(self, due: Any) -> None:
            """Send, and die."""
            super().send(due)
            raise Killed

    with pytest.raises(Killed):
        Deliveries(migrated, {"webhook": Dying(hook.url)}).deliver()
    soon(migrated)
    assert Deliveries(migrated, {"webhook": Webhook(hook.url)}).deliver() == 1
    assert [key for key, _, _ in hook.got] == ["deadline-1"] * 2


def test_an_address_that_is_none_is_refused() -> None:
    """At the start, with what to write."""
    for server, to in (
        ("imap://host", ("a@b.example",)),
        ("smtps://host", ()),
        ("smtp://", ("a@b.example",)),
    ):
        with pytest.raises(InputError) as refused:
            Mail(server, to, "")
        assert refused.value.code == "delivery-address"
    with pytest.raises(InputError):
        Webhook("http://elsewhere.example/")
