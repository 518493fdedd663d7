"""How a variable of the environment writes a setting that has several parts: between commas."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import NamedTuple

from shouxin.errors import InputError


class _Pair(NamedTuple):
    """What a part is called that is written ``one=other``, and how to write one."""

    kind: str
    remedy: str


_PAIRS: Mapping[str, _Pair] = {
    "readings": _Pair(
        "reading=answer", 'write "pipl:some-reading=answer"; `shouxin law readings` lists them'
    ),
    "stores": _Pair("name=URL", 'write "shop=postgresql://user@host/shop"'),
    "opendsr_controllers": _Pair("name=service", 'write "retailer=shop"'),
    "opendsr_identities": _Pair("identity=type", 'write "email=email"'),
    "centre_subjects": _Pair("service=identity", 'write "shop=customer_id"'),
    "centre_frames": _Pair("service=origins", 'write "shop=https://shop.example"'),
    "own_times": _Pair("citation=length", 'write "pipl:art_45__para_2=3 working days"'),
}
_LISTS = frozenset({"host_names", "notify_email", "opendsr_unattended", "proxies"})


def split(name: str, text: str, *, secret: bool) -> object:
    """Return what a variable says for a setting, as a file would; raise ``InputError`` (settings-value)."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if name in _LISTS:
        return tuple(words)
    pair = _PAIRS.get(name)
    if pair is None:
        return text
    for word in words:
        if "=" not in word:
            shown = "a part of it" if secret else f'"{word[:80]}"'
            raise InputError(
                "settings-value",
                f'the setting "{name}" cannot be used: {shown} is no {pair.kind}',
                where=f"environment, SHOUXIN_{name.upper()}",
                remedy=pair.remedy,
            )
    pairs = (word.split("=", 1) for word in words)
    return {key.strip(): worth.strip() for key, worth in pairs}


def check_proxies(proxies: tuple[str, ...], where: str) -> None:
    """Refuse a proxy that is no address and no network; raise ``InputError`` (settings-value)."""
    for one in proxies:
        try:
            ip_network(one)
        except ValueError:
            raise InputError(
                "settings-value",
                f'the setting "proxies" cannot be used: "{one[:80]}" is no address and no network',
                where=where,
                remedy="name the addresses from which the proxy connects: 127.0.0.1, 10.0.0.0/24",
            ) from None
