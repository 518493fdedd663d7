"""The categories of personal information, and how other vocabularies name them."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import msgspec
import yaml

from shouxin.errors import InputError
from shouxin.law.base import Shape, Words

_FOLDER = Path(__file__).parent
NONE = "none"
"""What fideslang calls no personal information of an individual."""


class Category(Shape, frozen=True, kw_only=True):
    """One category; ``sensitive`` is None where only the case decides. ``items`` are the law's for apps."""

    label: Words
    sensitive: bool | None = None
    dpv: str = ""
    kinds: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


@cache
def categories() -> Mapping[str, Category]:
    """Return every category by its key."""
    return msgspec.convert(_read("categories.yaml"), dict[str, Category])


@cache
def _homes() -> Mapping[str, str]:
    """Return the category of every key that a map may use: its own, and that of each item of the lists."""
    items = {item: key for key, category in categories().items() for item in category.items}
    return {**items, **{key: key for key in categories()}}


@cache
def _by_kind() -> Mapping[str, str]:
    return {kind: key for key, category in categories().items() for kind in category.kinds}


@cache
def fideslang() -> Mapping[str, str]:
    """Return our category for the keys of fideslang that have one of their own."""
    return msgspec.convert(_read("fideslang.yaml"), dict[str, str])


def home(key: str, *, where: str = "") -> str:
    """Return the category that a category or an item belongs to; raise ``InputError`` (category-unknown)."""
    found = _homes().get(key)
    if found is None:
        near = get_close_matches(key[:80], list(_homes()), n=1)
        raise InputError(
            "category-unknown",
            f'there is no category "{key[:80]}"',
            where=where,
            remedy=f'did you mean "{near[0]}"?' if near else "`shouxin inventory categories` lists them",
        )
    return found


def of_kind(kind: str) -> str:
    """Return the category of a kind that the detector finds; empty where it is nobody's information."""
    return _by_kind().get(kind, "")


def of_fideslang(key: str) -> str | None:
    """Return our category for a key of fideslang, by the nearest key above it; None where there is none."""
    while key and key not in fideslang():
        key = key.rpartition(".")[0]
    return fideslang().get(key)


def sensitive(keys: Iterable[str]) -> bool | None:
    """Tell whether some of these categories are sensitive; None where that depends on the case."""
    worths = {categories()[home(key)].sensitive for key in keys}
    return True if True in worths else None if None in worths else False


def _read(name: str) -> object:
    return yaml.load((_FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
