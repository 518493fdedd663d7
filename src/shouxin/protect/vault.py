"""Round trips through a model or a partner: placeholders out, the values back in.

A session gives each value a placeholder like ⟦person_name:1⟧, the same one for the same value, and keeps
which is which. What comes back may have lost its brackets' shape, width or spacing; a placeholder that the
session never gave stays as it is and is reported.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag

from shouxin.errors import InputError, IntegrityError
from shouxin.protect.envelope import seal, unseal
from shouxin.protect.findings import settled, spans
from shouxin.protect.keys import KeyProvider, derived
from shouxin.protect.replace import replaced
from shouxin.protect.types import canonical

_OPEN, _CLOSE = "⟦", "⟧"
_PLACE = re.compile(
    r"(?:⟦|〚|\[\[|【|［［|\[|［)[ \t\u3000]*\\?([A-Za-z][A-Za-z0-9]*(?:[ _\\]+[A-Za-z0-9]+)*)"
    r"[ \t\u3000]*[:：][ \t\u3000]*([0-9０-９]{1,9})[ \t\u3000]*(?:⟧|〛|\]\]|】|］］|\]|］)"
)
_LITERAL = "literal"


class Restored(NamedTuple):
    """A text with its values back, how many were put back, and the placeholders that nobody gave."""

    text: str
    placed: int
    unknown: tuple[str, ...]


class _Kept(msgspec.Struct, frozen=True):
    """What a sealed vault holds."""

    session: str
    values: dict[str, list[tuple[str, str]]]


class Vault:
    """The placeholders of one session; ``session`` is its name, which the sealed file is bound to."""

    def __init__(self, session: str) -> None:
        self.session = session
        self._places: dict[str, dict[str, tuple[int, str]]] = {}

    def hide(self, text: str, findings: Iterable[Any], *, overlaps: str = "longest") -> str:
        """Return a text with a placeholder for each finding; what looked like a placeholder is hidden too."""
        found = spans(findings, len(text))
        found += spans(
            (
                {"type": _LITERAL, "start": place.start(), "end": place.end()}
                for place in _PLACE.finditer(text)
            ),
            len(text),
        )
        parts: list[str] = []
        at = 0
        for span in settled(found, overlaps):
            parts += (text[at : span.start], self._place(span.type, text[span.start : span.end]))
            at = span.end
        return "".join((*parts, text[at:]))

    def restore(self, text: str) -> Restored:
        """Return a text with the values of this session put back."""
        values = {
            (_flat(kind), number): value
            for kind, places in self._places.items()
            for number, value in places.values()
        }
        count, unknown = 0, []

        def value(place: re.Match[str]) -> str:
            nonlocal count
            number = int(unicodedata.normalize("NFKC", place.group(2)))
            found = values.get((_flat(place.group(1)), number))
            if found is None:
                if place.group()[0] == _OPEN:
                    unknown.append(f"{_flat(place.group(1))}:{number}")
                return place.group()
            count += 1
            return found

        return Restored(_PLACE.sub(value, text), count, tuple(unknown))

    def save(self, path: Path, keys: KeyProvider) -> None:
        """Write the vault sealed (AES-256-GCM, mode 0600), whole or not at all; errors as ``replaced``."""
        key = keys.current()
        plain = msgspec.json.encode(
            _Kept(
                session=self.session,
                values={
                    kind: [(form, value) for form, (_, value) in places.items()]
                    for kind, places in self._places.items()
                },
            )
        )
        with replaced(path) as file:
            head = f"sxv1.{key.id}.".encode()
            file.write(head + seal("aes", derived(key, "vault"), plain, head))

    @classmethod
    def load(cls, path: Path, keys: KeyProvider) -> "Vault":
        """Return a vault from its file.

        Raises ``InputError`` (protect-file, protect-key-missing), ``IntegrityError`` (protect-ciphertext)
        for a file that was cut, changed, or closed with another key.
        """
        try:
            mark, key_id, sealed = path.read_bytes().split(b".", 2)
            if mark != b"sxv1":
                raise ValueError
            key = keys.find(key_id.decode())
            head = b".".join((mark, key_id, b""))
            kept = msgspec.json.decode(unseal("aes", derived(key, "vault"), sealed, head), type=_Kept)
        except OSError as error:
            raise InputError(
                "protect-file",
                f"the vault cannot be read: {error.strerror or 'unknown reason'}",
                where=str(path),
                remedy="check the path",
            ) from None
        except (InvalidTag, ValueError):
            raise IntegrityError(
                "protect-ciphertext",
                "the vault does not open: cut, changed, or closed with another key",
                where=str(path),
                remedy="give the key it was closed with, or restore the file",
            ) from None
        vault = cls(kept.session)
        for kind, places in kept.values.items():
            vault._places[kind] = {form: (number, value) for number, (form, value) in enumerate(places, 1)}
        return vault

    def _place(self, kind: str, value: str) -> str:
        places = self._places.setdefault(kind, {})
        form = value if kind == _LITERAL else canonical(value, kind)
        if form not in places:
            places[form] = (len(places) + 1, value)
        return f"{_OPEN}{kind}:{places[form][0]}{_CLOSE}"


def _flat(kind: str) -> str:
    return re.sub(r"[ _\\]+", "_", kind).lower()
