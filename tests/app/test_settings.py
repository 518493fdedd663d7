"""Settings: file, environment, masks, and refusals that name the nearest setting."""

from pathlib import Path

import pytest

from shouxin.app import settings
from shouxin.app.catalogue import catalogue
from shouxin.app.setting_parts import split
from shouxin.errors import InputError


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    """No file and no variable: the embedded store in ./var and port 8720 on this machine only."""
    loaded, sources = settings.load({}, tmp_path)
    assert (loaded.host, loaded.port, loaded.data, loaded.dsn, sources) == ("127.0.0.1", 8720, "var", "", {})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """Each value says where it comes from."""
    (tmp_path / "shouxin.toml").write_text('port = 9000\nhost_names = ["a.example"]\n', encoding="utf-8")
    environment = {"SHOUXIN_PORT": "9001", "SHOUXIN_LANGUAGE": "zh"}
    loaded, sources = settings.load(environment, tmp_path)
    assert (loaded.port, loaded.language, loaded.host_names) == (9001, "zh", ("a.example",))
    assert sources["port"] == "environment, SHOUXIN_PORT"
    assert sources["host_names"].endswith("shouxin.toml")


def test_a_named_file_is_read_wherever_it_is(tmp_path: Path) -> None:
    """``SHOUXIN_CONFIG`` names the file, and a missing one is an error then."""
    path = tmp_path / "other.toml"
    path.write_text("port = 9100\n", encoding="utf-8")
    assert settings.load({"SHOUXIN_CONFIG": str(path)}, tmp_path)[0].port == 9100
    with pytest.raises(InputError, match="cannot be read"):
        settings.load({"SHOUXIN_CONFIG": str(tmp_path / "none.toml")}, tmp_path)


def test_several_host_names_come_from_one_variable() -> None:
    """Names are separated by commas in the environment."""
    assert settings.load({"SHOUXIN_HOST_NAMES": "a.example,b.example"})[0].host_names == (
        "a.example",
        "b.example",
    )


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("10.0.0.1, 192.168.0.0/16,::1", "proxies", ("10.0.0.1", "192.168.0.0/16", "::1")),
        ("a@shop.example, b@shop.example", "notify_email", ("a@shop.example", "b@shop.example")),
        ("access,portability", "opendsr_unattended", ("access", "portability")),
        ("retailer=shop, other=forum", "opendsr_controllers", {"retailer": "shop", "other": "forum"}),
        ("email=mail", "opendsr_identities", {"email": "mail"}),
    ],
)
def test_every_setting_of_several_parts_fits_into_one_variable(text: str, name: str, value: object) -> None:
    """What a file writes as a list or a table stands between commas in the environment."""
    assert getattr(settings.load({f"SHOUXIN_{name.upper()}": text})[0], name) == value


def test_no_setting_of_several_parts_is_forgotten() -> None:
    """Whatever is a list or a table in the file can be said by a variable."""
    plain = settings.Settings()
    several = [name for name in plain.__struct_fields__ if isinstance(getattr(plain, name), tuple | dict)]
    for name in several:
        said = split(name, "a=b", secret=False)
        assert isinstance(said, type(getattr(plain, name))), name


def test_readings_are_a_table_of_the_file_or_pairs_in_a_variable(tmp_path: Path) -> None:
    """The variable wins as a whole; what is shown reads like the variable."""
    text = '[readings]\n"pipl:which" = "mild"\n'
    (tmp_path / "shouxin.toml").write_text(text, encoding="utf-8")
    assert settings.load({}, tmp_path)[0].readings == {"pipl:which": "mild"}
    loaded, sources = settings.load({"SHOUXIN_READINGS": "a:b=c, d:e=f"}, tmp_path)
    assert loaded.readings == {"a:b": "c", "d:e": "f"}
    row = next(row for row in settings.table(loaded, sources) if row.name == "readings")
    assert (row.value, row.source) == ("a:b=c, d:e=f", "environment, SHOUXIN_READINGS")


@pytest.mark.parametrize(
    ("environment", "code", "words"),
    [
        ({"SHOUXIN_PROT": "1"}, "settings-unknown", 'did you mean "port"'),
        ({"SHOUXIN_PORT": "many"}, "settings-value", "port"),
        ({"SHOUXIN_PORT": "0"}, "settings-value", "port"),
        ({"SHOUXIN_LANGUAGE": "fr"}, "settings-value", "language"),
        ({"SHOUXIN_READINGS": "pipl:which"}, "settings-value", "reading=answer"),
        ({"SHOUXIN_PROXIES": "127.0.0.1, *"}, "settings-value", '"*" is no address'),
        ({"SHOUXIN_PROXIES": "localhost"}, "settings-value", "proxies"),
    ],
)
def test_a_wrong_variable_is_refused(environment: dict[str, str], code: str, words: str) -> None:
    """A misspelt or impossible variable is named, with the nearest setting."""
    with pytest.raises(InputError) as caught:
        settings.load(environment)
    assert (caught.value.code, words in str(caught.value)) == (code, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"port = [", "settings-toml"), (b"prot = 1", "settings-unknown"), (b"\xff\xfe", "settings-toml")],
)
def test_a_wrong_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    """A file that is no TOML, no UTF-8, or holds an unknown setting is refused with its path."""
    (tmp_path / "shouxin.toml").write_bytes(content)
    with pytest.raises(InputError) as caught:
        settings.load({}, tmp_path)
    assert (caught.value.code, "shouxin.toml" in caught.value.where) == (code, True)


def test_secrets_are_never_shown() -> None:
    """Neither ``repr`` nor the table holds a password or a token."""
    environment = {"SHOUXIN_DSN": "postgresql://u:pa55word@db.example/x", "SHOUXIN_API_TOKEN": "t0ken"}
    loaded, sources = settings.load(environment)
    shown = repr(loaded) + repr(settings.table(loaded, sources)) + repr(settings.store_config(loaded))
    assert "pa55word" not in shown
    assert "t0ken" not in shown
    assert loaded.dsn


def test_the_english_words_of_a_setting_are_its_description() -> None:
    """The page of settings and docs/settings.md say the same; the other languages translate it."""
    said = {name: about for _address, name, about in settings.described("en")}
    assert catalogue("en").labels["setting"] == said
