"""Settings: from ``shouxin.toml``, overridden by ``SHOUXIN_…`` variables of the environment.

``docs/settings.md`` holds the table that ``table`` prints; a test keeps the two the same.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import msgspec

from shouxin.app.setting_parts import check_proxies, split
from shouxin.errors import InputError

if TYPE_CHECKING:
    from shouxin.duties.mailing import WaysOut
    from shouxin.store import StoreConfig
    from shouxin.store.keyring import KeyChoice

_TOLD = {"incident_gateway", "notify_webhook", "sms_gateway", "smtp"}
SECRET = frozenset({"api_token", "dsn", "guard_dsn", "oidc_secret", "stores", "vault_token"} | _TOLD)
_PREFIX = "SHOUXIN_"
_CONFIG = "SHOUXIN_CONFIG"
_OWN = frozenset(
    {
        _CONFIG,
        "SHOUXIN_DEBUG",
        "SHOUXIN_PROTECT_KEYS",
        "SHOUXIN_PROTECT_PASSPHRASE",
    }
)


def _about(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator can choose. ``repr`` and ``table`` never show the value of a secret."""

    host: Annotated[str, _about("address the server listens on")] = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535, description="port the server listens on")] = 8720
    workers: Annotated[
        int, msgspec.Meta(ge=1, le=64, description="processes that answer requests; one for each core")
    ] = 1
    host_names: Annotated[
        tuple[str, ...],
        _about("names under which browsers may reach the server, besides localhost and the address itself"),
    ] = ()
    proxies: Annotated[
        tuple[str, ...],
        _about(
            "addresses or networks of the proxies in front of the server, whose X-Forwarded-For and "
            "X-Forwarded-Proto are believed; nobody else's are"
        ),
    ] = ()
    data: Annotated[str, _about("folder for the embedded database, its password and the API token")] = "var"
    dsn: Annotated[
        str, _about("PostgreSQL to use instead of the embedded one: postgresql://user:password@host/database")
    ] = ""
    postgres_bin: Annotated[
        str,
        _about("folder with the PostgreSQL programs for the embedded database, instead of the bundled ones"),
    ] = ""
    api_token: Annotated[
        str, _about("the key of the system itself for the API; empty: made at the first start")
    ] = ""
    session_idle: Annotated[
        int, msgspec.Meta(ge=1, le=1440, description="minutes without use after which a sign-in ends")
    ] = 30
    session_length: Annotated[
        int, msgspec.Meta(ge=1, le=168, description="hours after which every sign-in ends")
    ] = 12
    oidc_issuer: Annotated[
        str, _about("identity provider (OpenID Connect) that operators may sign in with; empty: none")
    ] = ""
    oidc_client: Annotated[str, _about("what the identity provider calls Shouxin: the client id")] = ""
    oidc_secret: Annotated[str, _about("the client secret at the identity provider")] = ""
    language: Annotated[
        Literal["", "zh", "en", "es"],
        _about("language of the command line; empty: from LC_ALL, LC_MESSAGES, LANG"),
    ] = ""
    keys: Annotated[
        Literal["file", "environment", "vault", "aws", "alibaba", "tencent"],
        _about(
            "where the key-encryption keys are: a sealed file in the data folder, SHOUXIN_PROTECT_KEYS, "
            "HashiCorp Vault's transit engine, or a file that the key management service of AWS, Alibaba "
            "Cloud or Tencent Cloud seals"
        ),
    ] = "file"
    kms_key: Annotated[str, _about("id or ARN of the key at that service")] = ""
    kms_region: Annotated[str, _about("region of that key, such as cn-hangzhou")] = ""
    kms_endpoint: Annotated[
        str, _about("https address of that service, where it is not the region's usual one")
    ] = ""
    vault_address: Annotated[str, _about("where Vault is: https://host:port")] = ""
    vault_key: Annotated[str, _about("name of the key in Vault's transit engine")] = "shouxin"
    vault_token: Annotated[str, _about("token that may use this key")] = ""
    stores: Annotated[
        dict[str, str],
        _about(
            "where the stores of the dataset maps are, by the names of the maps: addresses with all "
            "that is needed to come in (docs/stores.md); in the variable NAME=URL, separated by commas"
        ),
    ] = msgspec.field(default_factory=dict)
    guard_permits: Annotated[
        float,
        msgspec.Meta(
            ge=0,
            le=1,
            description="share of the guard's permits that the ledger keeps, from 0 to 1; denials always are",
        ),
    ] = 0.01
    guard_dsn: Annotated[
        str,
        _about(
            "services' own databases in which `shouxin guard sql` was run, whose guards the server keeps "
            "current: postgresql://user:password@host/database, several between spaces; empty: none"
        ),
    ] = ""
    retention_every: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=3650,
            description="days after which the server looks again for what is past its keeping time; 0: never",
        ),
    ] = 30
    matters_kept: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=1200,
            description="months after which letters of ended complaints and content requests are past their "
            "keeping time; 0: never",
        ),
    ] = 36
    packs_kept: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=1200,
            description="months after which the archives of inspection packs are past their keeping time; "
            "0: never",
        ),
    ] = 36
    person_searches: Annotated[
        int,
        msgspec.Meta(
            ge=1, le=100_000, description="persons whose consents an operator can look up in an hour"
        ),
    ] = 60
    incident_gateway: Annotated[
        str,
        _about("where notices of incidents to people go: a folder, or an https address; empty: nowhere"),
    ] = ""
    opendsr_domain: Annotated[
        str,
        _about(
            "domain under which controllers hand requests over in the form of OpenDSR; empty: none is taken"
        ),
    ] = ""
    opendsr_certificate: Annotated[
        str, _about("file with the certificate of that domain and its chain (PEM), which signs the answers")
    ] = ""
    opendsr_key: Annotated[
        str, _about("file with the key of that certificate (PEM, without a passphrase)")
    ] = ""
    opendsr_controllers: Annotated[
        dict[str, str],
        _about(
            "service of the inventory for which each processor entrusts us, by the name of its key; "
            "in the variable NAME=SERVICE, separated by commas"
        ),
    ] = msgspec.field(default_factory=dict)
    opendsr_identities: Annotated[
        dict[str, str],
        _about("types of identity that controllers may name, by the identities of the dataset maps"),
    ] = msgspec.field(default_factory=lambda: {"customer_id": "controller_customer_id", "email": "email"})
    opendsr_unattended: Annotated[
        tuple[Literal["erasure", "access", "portability"], ...],
        _about("types of request that run without an operator's approval; empty: none"),
    ] = ()
    opendsr_days: Annotated[
        int,
        msgspec.Meta(
            ge=1,
            le=365,
            description="days that controllers are told to expect where no clock of the case says more",
        ),
    ] = 15
    centre_subjects: Annotated[
        dict[str, str],
        _about(
            "which identity of the dataset maps the accounts of a service are called by, for its privacy "
            "centre (docs/centre.md): shop=customer_id, …"
        ),
    ] = msgspec.field(default_factory=dict)
    centre_frames: Annotated[
        dict[str, str],
        _about(
            "origins that may frame the privacy centre of a service, separated by spaces: "
            "shop=https://shop.example, …"
        ),
    ] = msgspec.field(default_factory=dict)
    notify_webhook: Annotated[
        str, _about("https address that is told of deadlines: https://:SECRET@host/path; empty: none")
    ] = ""
    notify_email: Annotated[tuple[str, ...], _about("addresses that are told of deadlines by e-mail")] = ()
    notify_from: Annotated[str, _about("address that such e-mails come from; empty: the account's")] = ""
    sms_gateway: Annotated[
        str,
        _about(
            "https address of whoever sends text messages, for codes: https://:SECRET@host/path; "
            "empty: they wait in the folder outbox of the data"
        ),
    ] = ""
    smtp: Annotated[
        str, _about("mail server: smtps://user:password@host:465, or smtp://…:587 with STARTTLS")
    ] = ""
    readings: Annotated[
        dict[str, str],
        _about("answers chosen to open questions of the law instead of the register's: reading=answer, …"),
    ] = msgspec.field(default_factory=dict)
    own_times: Annotated[
        dict[str, str],
        _about(
            "the organisation's own lengths for clocks without a figure, by citation: "
            'pipl:art_45 = "3 working days"; in the variable CITATION=LENGTH, separated by commas'
        ),
    ] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the settings with every secret masked."""
        shown = (f"{name}={masked(name, getattr(self, name))!r}" for name in self.__struct_fields__)
        return f"Settings({', '.join(shown)})"


class Row(NamedTuple):
    """One setting as it stands: its name, variable, value (secrets masked), where from, and meaning."""

    name: str
    variable: str
    value: str
    source: str
    about: str


def load(
    environ: Mapping[str, str] = os.environ, folder: Path | None = None
) -> tuple[Settings, dict[str, str]]:
    """Return the settings and, for each that is not the default, where it comes from.

    The file is the one that ``SHOUXIN_CONFIG`` names, or ``shouxin.toml`` in ``folder`` (default:
    the working folder) where it exists. Raises ``InputError``: settings-unreadable, settings-toml,
    settings-unknown, settings-value.
    """
    values, sources = _from_file(environ, folder or Path())
    for variable, text in sorted(environ.items()):
        if variable.startswith(_PREFIX) and variable not in _OWN:
            name = variable.removeprefix(_PREFIX).lower()
            _known(name, variable, where="environment")
            values[name] = split(name, text, secret=name in SECRET)
            sources[name] = f"environment, {variable}"
    try:
        loaded = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).partition("$.")[2].rstrip("`").partition("[")[0]
        what = str(error).partition(" - at ")[0]
        raise InputError(
            "settings-value",
            f'the setting "{name}" cannot be used: {what[0].lower()}{what[1:]}',
            where=sources.get(name, "settings"),
            remedy="see docs/settings.md",
        ) from None
    check_proxies(loaded.proxies, sources.get("proxies", "settings"))
    return loaded, sources


def masked(name: str, value: object) -> str:
    """Return ``value`` as it may be shown."""
    if name in SECRET:
        return "(set)" if value else ""
    if isinstance(value, dict):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def table(settings: Settings, sources: Mapping[str, str]) -> list[Row]:
    """Return every setting with its value, its source and its meaning."""
    return [
        Row(
            field.name,
            _PREFIX + field.name.upper(),
            masked(field.name, getattr(settings, field.name)),
            sources.get(field.name, "default"),
            _description(field.type),
        )
        for field in msgspec.structs.fields(Settings)
    ]


def described(_language: str) -> Iterator[tuple[str, str, str]]:
    """Yield the address, the name and the meaning of every setting; values are nowhere in it."""
    for field in msgspec.structs.fields(Settings):
        yield "/settings", field.name, _description(field.type)


def _description(annotated: Any) -> str:
    return next(
        (
            meta.description
            for meta in annotated.__metadata__
            if isinstance(meta, msgspec.Meta) and meta.description
        ),
        "",
    )


def _from_file(environ: Mapping[str, str], folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    named = environ.get(_CONFIG, "")
    path = Path(named) if named else folder / "shouxin.toml"
    if not named and not path.exists():
        return {}, {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            "settings-unreadable",
            f"the settings cannot be read: {error.strerror}",
            where=str(path),
            remedy=f"mend the file's permissions or the path in {_CONFIG}",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            "settings-toml", f"this is not TOML: {error}", where=str(path), remedy="see docs/settings.md"
        ) from None
    for name in values:
        _known(name, name, where=str(path))
    return values, dict.fromkeys(values, str(path))


def _known(name: str, shown: str, *, where: str) -> None:
    if name in Settings.__struct_fields__:
        return
    near = difflib.get_close_matches(name, Settings.__struct_fields__, n=1)
    hint = f'did you mean "{near[0]}"? ' if near else ""
    raise InputError(
        "settings-unknown",
        f'there is no setting "{shown}"',
        where=where,
        remedy=f"{hint}see docs/settings.md",
    )


def store_config(settings: Settings) -> "StoreConfig":
    """Return which store the settings choose: the one of ``dsn``, else the embedded one in ``data``."""
    from shouxin.store import StoreConfig

    return StoreConfig(
        dsn=settings.dsn or None,
        data_dir=Path(settings.data).absolute() / "postgres",
        postgres_bin=Path(settings.postgres_bin) if settings.postgres_bin else None,
    )


def ways(settings: Settings) -> "WaysOut":
    """Return how messages to people leave."""
    from shouxin.duties.mailing import WaysOut

    known = f"https://{settings.host_names[0]}" if settings.host_names else ""
    base = known or f"http://{settings.host}:{settings.port}"
    return WaysOut(settings.smtp, settings.notify_from, settings.sms_gateway, base)


def key_choice(settings: Settings) -> "KeyChoice":
    """Return where the key-encryption keys are that the settings choose."""
    from shouxin.store.keyring import KeyChoice

    return KeyChoice(
        source=settings.keys,
        folder=Path(settings.data).absolute() / "keys",
        address=settings.vault_address,
        key=settings.vault_key,
        token=settings.vault_token,
        cloud=(settings.kms_key, settings.kms_region, settings.kms_endpoint),
    )
