"""Key management services of clouds through their own SDKs, against a server that checks signatures."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_credentials.utils import auth_util
from sqlalchemy import Engine

from shouxin.errors import ShouxinError
from shouxin.store import keyring
from shouxin.store.keyring import KeyChoice, Moving, open_wrapper, rotated
from shouxin.store.kms import KmsKeys, Place, new_file, rotate, service_of
from shouxin.store.people import People
from shouxin.store.rewrapping import rewrap, waiting
from tests.store.kms import server
from tests.store.kms.server import ACCESS, CLOUDS, DENIED, DISABLED, SECRET, Service

VARIABLES = {
    "aws": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    "alibaba": ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    "tencent": ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"),
}
REGION = {"aws": "cn-north-1", "alibaba": "cn-hangzhou", "tencent": "ap-beijing"}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the credentials where each SDK looks for them, and nothing else of this machine."""
    for access, secret in VARIABLES.values():
        monkeypatch.setenv(access, ACCESS)
        monkeypatch.setenv(secret, SECRET)
    monkeypatch.setattr(auth_util, "environment_access_key_id", ACCESS)  # read when it was imported
    monkeypatch.setattr(auth_util, "environment_access_key_secret", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")


@pytest.fixture(params=CLOUDS)
def cloud(request: pytest.FixtureRequest) -> Iterator[tuple[Service, Place]]:
    """Run the service; give it and a key of it in the protocol of each cloud."""
    with server.running() as (service, address):
        yield service, Place(request.param, "key-1", REGION[request.param], address)


def code(action: Any) -> str:
    """Run what must fail and return its code; no secret is in the message."""
    with pytest.raises(ShouxinError) as caught:
        action()
    assert SECRET not in str(caught.value)
    return caught.value.code


def test_people_live_under_a_key_that_the_service_sealed(
    migrated: Engine, cloud: tuple[Service, Place], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is asked once for a key and process, never for a person; no file, log or address holds the key."""
    service, place = cloud
    caplog.set_level(logging.DEBUG)
    choice = KeyChoice(place.cloud, tmp_path, cloud=(place.key, place.region, place.endpoint))  # type: ignore[arg-type]
    wrapper = open_wrapper(migrated, choice)
    with migrated.begin() as connection:
        made = People(wrapper).make(connection, "shop", [f"u-{number}" for number in range(50)])
    assert service.asked == ["GenerateDataKey", "Decrypt", "Decrypt"]  # made, tried, opened for use
    again = open_wrapper(migrated, choice)
    with migrated.connect() as connection:
        assert People(again).reference(connection, made[7].id) == "u-7"
    assert service.asked[3:] == ["Decrypt"]
    secret = KmsKeys(tmp_path / "kms", place).current().secret
    kept = (tmp_path / "kms").read_bytes()
    for text in (secret, server._text(secret).encode()):
        assert text not in kept
        assert text not in service.seen
        assert text not in caplog.text.encode(errors="replace")
    assert (tmp_path / "kms").stat().st_mode & 0o077 == 0


def test_a_new_key_takes_over_and_a_running_process_still_opens(
    migrated: Engine, cloud: tuple[Service, Place], tmp_path: Path
) -> None:
    """Also where it is made under another key of the service; the running one closes under its own."""
    _, place = cloud
    choice = KeyChoice(place.cloud, tmp_path, cloud=("key-1", place.region, place.endpoint))  # type: ignore[arg-type]
    running = open_wrapper(migrated, choice)
    with migrated.begin() as connection:
        made = People(running).make(connection, "shop", ["ann"])
    assert rewrap(migrated, rotated(replace(choice, cloud=("key-2", *choice.cloud[1:])), "second")) == 2
    with migrated.connect() as connection:
        assert People(running).reference(connection, made[0].id) == "ann"
        assert waiting(connection, "second") == 0
    assert running.current() == f"{place.cloud}-1"
    assert open_wrapper(migrated, choice).current() == "second"
    assert code(lambda: rotated(choice, "second")) == "protect-key-shape"


def test_keys_move_from_the_file_to_the_service(
    migrated: Engine, cloud: tuple[Service, Place], tmp_path: Path
) -> None:
    """Not by a changed setting alone; after the move the old file opens nothing that is needed."""
    _, place = cloud
    before = KeyChoice("file", tmp_path)
    with migrated.begin() as connection:
        made = People(open_wrapper(migrated, before, {})).make(connection, "shop", ["ann", "bob"])
    now = replace(before, source=place.cloud, cloud=(place.key, place.region, place.endpoint))  # type: ignore[arg-type]
    assert code(lambda: open_wrapper(migrated, now, {})) == "keys-lost"
    moving = Moving(open_wrapper(migrated, now, {}, moving=True), open_wrapper(migrated, before, {}))
    with migrated.connect() as connection:
        assert People(moving).reference(connection, made[0].id) == "ann"
    assert rewrap(migrated, moving) == 3
    (tmp_path / "main").unlink()
    with migrated.connect() as connection:
        assert People(open_wrapper(migrated, now, {})).reference(connection, made[1].id) == "bob"


def test_what_the_service_cannot_open_is_named(cloud: tuple[Service, Place], tmp_path: Path) -> None:
    """A sealed key that was changed, or put in the place of another."""
    _, place = cloud
    path = tmp_path / "kms"
    new_file(path, place, "one")
    rotate(path, place, "two")
    kept = path.read_text()
    first, second = (f'"id":"{name}"' for name in ("two", "one"))
    path.write_text(kept.replace(first, "@").replace(second, first).replace("@", second))
    assert code(KmsKeys(path, place).current) == "protect-wrapped"
    path.write_text(kept.replace('"sealed":"', '"sealed":"AAAA'))
    assert code(KmsKeys(path, place).current) == "protect-wrapped"
    for broken in ("", "{}", kept[:-3], kept.replace('keys":1', 'keys":2')):
        path.write_text(broken)
        assert code(lambda: KmsKeys(path, place)) == "protect-key-file"


def test_a_service_that_says_no_is_named_with_its_code(cloud: tuple[Service, Place], tmp_path: Path) -> None:
    """A key that is not there or disabled, too few rights, wrong credentials, none: and no file is left."""
    service, place = cloud
    path = tmp_path / "kms"
    assert code(lambda: new_file(path, place._replace(key="other"), "one")) == "kms-refused"
    for verb, why in (("GenerateDataKey", DISABLED), ("Decrypt", DENIED)):
        service.refuses = {verb: why}
        with pytest.raises(ShouxinError, match=why.codes[place.cloud]) as caught:
            new_file(path, place, "one")
        assert caught.value.code == "kms-refused"
    service.refuses = {}
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv(VARIABLES[place.cloud][1], "wrong-secret")
        changed.setattr(auth_util, "environment_access_key_secret", "wrong-secret")
        assert code(lambda: new_file(path, place, "one")) == "kms-refused"
    assert not path.exists()


def test_a_service_that_does_not_answer_is_named(
    cloud: tuple[Service, Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody at the address, or somebody else: told at once, without what was sent."""
    service, place = cloud
    path = tmp_path / "kms"
    nobody = place._replace(endpoint="http://127.0.0.1:1")
    assert code(lambda: new_file(path, nobody, "one")) == "kms-unreachable"
    service.broken = b"<html>"
    assert code(lambda: new_file(path, place, "one")) in ("kms-unreachable", "kms-refused")
    assert not path.exists()


def test_asking_leaves_no_thread_behind(cloud: tuple[Service, Place], tmp_path: Path) -> None:
    """A process that asked once goes on as it was."""
    before = set(threading.enumerate())
    new_file(tmp_path / "kms", cloud[1], "one")
    left = {one.name for one in set(threading.enumerate()) - before}
    assert {name for name in left if "process_request" not in name} == set()  # those of the server here


@pytest.mark.parametrize(
    "wrong",
    [{"key": ""}, {"region": ""}, {"endpoint": "http://kms.example"}, {"endpoint": "kms.example"}],
)
def test_a_place_that_cannot_be_asked_is_refused_before_anything_is_sent(wrong: dict[str, str]) -> None:
    """The setting is named."""
    place = Place("aws", "key-1", "cn-north-1")._replace(**wrong)
    with pytest.raises(ShouxinError) as caught:
        service_of(place)
    assert (caught.value.code, caught.value.where) == ("kms-setting", f"kms_{next(iter(wrong))}")


def test_an_sdk_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, "botocore", None)
    with pytest.raises(ShouxinError, match="aws") as caught:
        service_of(Place("aws", "key-1", "cn-north-1"))
    assert (caught.value.code, "shouxin[aws]" in caught.value.remedy) == ("kms-missing", True)


def test_keys_elsewhere_get_no_new_one_from_us(tmp_path: Path) -> None:
    """The file of an earlier time is left alone."""
    for source in ("environment", "vault"):
        assert code(lambda source=source: rotated(KeyChoice(source, tmp_path), "new")) == "keys-elsewhere"


def test_a_running_process_finds_a_key_that_was_added_to_the_sealed_file(
    migrated: Engine, tmp_path: Path
) -> None:
    """And goes on closing under the one it began with, so that no key is kept under a wrong name."""
    choice = KeyChoice("file", tmp_path)
    running = open_wrapper(migrated, choice, {})
    with migrated.begin() as connection:
        made = People(running).make(connection, "shop", ["ann"])
    assert rewrap(migrated, keyring.rotated(choice, "second", {})) == 2
    with migrated.begin() as connection:
        assert People(running).reference(connection, made[0].id) == "ann"
        other = People(running).make(connection, "shop", ["bob"])[0]
        assert waiting(connection, "second") == 1
        assert People(open_wrapper(migrated, choice, {})).reference(connection, other.id) == "bob"
