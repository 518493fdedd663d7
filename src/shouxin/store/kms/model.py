"""What is asked of a key management service, and what may go wrong, the same for every cloud."""

import importlib
import logging
from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol, get_args
from urllib.parse import urlsplit

from shouxin.errors import InputError, StoreError

Cloud = Literal["aws", "alibaba", "tencent"]
CLOUDS: tuple[str, ...] = get_args(Cloud)

CONNECT = 5.0
"""Seconds within which a service must take the call."""

ANSWER = 10.0
"""Seconds within which it must answer."""

_HERE = {"localhost", "127.0.0.1", "::1"}
_CHATTY = ("botocore", "tencentcloud_sdk_common", "darabonba-core", "alibabacloud-tea", "credentials")
"""Loggers of the SDKs. At DEBUG some write whole answers down, and with them opened keys."""

_SDK = {"aws": "botocore", "alibaba": "alibabacloud_kms20160120", "tencent": "tencentcloud.kms"}


class Place(NamedTuple):
    """A key of a service: its id or ARN there, the region, and the address where it is not the usual one."""

    cloud: str
    key: str
    region: str
    endpoint: str = ""


class Made(NamedTuple):
    """A key of 32 bytes that a service made, and the same sealed by it."""

    secret: bytes
    sealed: bytes

    def __repr__(self) -> str:
        """Return nothing of the key."""
        return "Made(…)"


class Service(Protocol):
    """One key management service. What a key is bound to must be given again to open it."""

    def make(self, bound: Mapping[str, str]) -> Made:
        """Return a new key, sealed; raise ``StoreError`` (kms-unreachable, kms-refused)."""

    def open(self, sealed: bytes, bound: Mapping[str, str]) -> bytes | None:
        """Return what ``make`` sealed, None where the service says it is not that; errors as ``make``."""


def service_of(place: Place) -> Service:
    """Return the service of a place.

    Raises ``InputError``: kms-setting where something is not said or no https, kms-missing where the SDK is
    not installed.
    """
    for setting, value in (("kms_key", place.key), ("kms_region", place.region)):
        if not value:
            raise _unset(setting, "it is empty", "name the key and its region (docs/ledger.md)")
    parts = urlsplit(place.endpoint)
    local = parts.scheme == "http" and parts.hostname in _HERE
    if place.endpoint and (not parts.hostname or not (parts.scheme == "https" or local)):
        raise _unset("kms_endpoint", "keys travel only over https", "write https://host, or leave it empty")
    try:
        importlib.import_module(_SDK[place.cloud])
    except ImportError:
        raise InputError(
            "kms-missing",
            f"the SDK of this cloud is not installed: {place.cloud}",
            where="the setting keys",
            remedy=f"install it: pip install shouxin[{place.cloud}]",
        ) from None
    for name in _CHATTY:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.INFO))
    made: Service = importlib.import_module(f"shouxin.store.kms.{place.cloud}").Kms(place)
    return made


def _unset(setting: str, what: str, remedy: str) -> InputError:
    return InputError(
        "kms-setting", f"the key management service cannot be asked: {what}", where=setting, remedy=remedy
    )


def unreachable(place: Place, why: str) -> StoreError:
    """Return the error for a service that does not answer; ``why`` is a name, never what was sent."""
    return StoreError(
        "kms-unreachable",
        f"the key management service does not answer: {why}",
        where=f"{place.cloud}, {place.endpoint or place.region}",
        remedy="see whether this machine reaches it and the region is right, then try again",
    )


def refused(place: Place, why: str) -> StoreError:
    """Return the error for a service that says no; ``why`` is its code, never its message."""
    return StoreError(
        "kms-refused",
        f"the key management service does not do what is asked: {why[:80]}",
        where=f"{place.cloud}, key {place.key}",
        remedy="see whether the key exists and is enabled, and the credentials that the SDK finds here "
        "may make and open data keys with it",
    )
