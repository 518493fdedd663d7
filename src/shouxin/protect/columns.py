"""One action on one column: the place where every value, of a text or of a table, is protected.

A null stays null and an empty text empty.
Numbers, dates and bytes are protected as the text that writes them; lists item by item.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shouxin.errors import InputError
from shouxin.protect import policy as act
from shouxin.protect.envelope import Envelope, opened
from shouxin.protect.generalise import generalise
from shouxin.protect.keys import KeyProvider, MainKey, derived, missing
from shouxin.protect.mask import mask
from shouxin.protect.pseudonym import pseudonyms
from shouxin.protect.random_changes import days_of, shifted_dates, shifted_text, with_noise
from shouxin.protect.tokens import Cut, tokens
from shouxin.protect.types import MaskShape, info


class Use(NamedTuple):
    """What a column is: its type, the scope, the keys, the language of labels, whose row it is."""

    kind: str
    scope: str = ""
    keys: KeyProvider | None = None
    language: str = "zh"
    people: Any = None

    def key(self, key_id: str) -> MainKey:
        """Return the key that an action asks for; raise ``InputError`` (protect-key-missing)."""
        if self.keys is None:
            raise missing(key_id, "keys")
        return self.keys.find(key_id) if key_id else self.keys.current()

    def label(self) -> str:
        """Return what stands where a value was."""
        return f"[{info(self.kind).label.text(self.language)}]"


def protected(values: Any, action: act.Any, use: Use) -> Any:
    """Return the protected column.

    Raises ``InputError``: ``protect-key-missing``, ``protect-unfit`` where values are not of a token's
    format, ``protect-collision``, ``protect-noise``, ``protect-person``, and ``protect-column`` where a
    column has no plain text.
    """
    if isinstance(action, act.Keep):
        return values
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
        values = values if isinstance(values, pa.Array) else pa.concat_arrays(values.chunks)
    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        inner = protected(values.flatten(), action, use._replace(people=_of_items(values, use.people)))
        offsets = pc.subtract(values.offsets, values.offsets[0])
        lists = pa.ListArray if pa.types.is_list(values.type) else pa.LargeListArray
        return lists.from_arrays(offsets, inner, mask=values.is_null() if values.null_count else None)
    if isinstance(action, act.Noise):
        return with_noise(values, action)
    if isinstance(action, act.Shift) and pa.types.is_temporal(values.type):
        return _shifted(values, action, use, back=False)
    text = as_text(values, use.kind)
    empty = pc.equal(text, "")
    if not pc.any(empty).as_py():
        return _ACTIONS[type(action)](text, action, use)
    full = pc.if_else(empty, pa.scalar(None, pa.string()), text)
    return pc.if_else(pc.fill_null(empty, fill_value=False), "", _ACTIONS[type(action)](full, action, use))


def restored(values: Any, action: act.Any, use: Use) -> Any:
    """Return the column as it was before ``protected``, for encrypt, token and shift.

    Raises ``InputError`` (protect-irreversible) for another action, ``IntegrityError`` (protect-ciphertext).
    """
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    match action:
        case act.Keep():
            return values
        case act.Encrypt() | act.Token():
            text = as_text(values, use.kind)
            full = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
            if isinstance(action, act.Encrypt):
                return pc.coalesce(_opened(full, action, use), text)
            return pc.coalesce(_tokens(full, action, use, decrypt=True), text)
        case act.Shift():
            return _shifted(values, action, use, back=True)
        case _:
            raise InputError(
                "protect-irreversible",
                f'what was protected by "{type(action).__struct_config__.tag}" cannot be restored',
                where=use.kind,
                remedy="go back to the source",
            )


def as_text(values: Any, kind: str) -> Any:
    """Return a column as text; raise ``InputError`` (protect-column) where it has no plain text."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type) and pc.all(pc.equal(pc.floor(values), values), min_count=0).as_py():
        values = values.cast(pa.int64(), safe=False)
    try:
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise InputError(
            "protect-column",
            f"a column of {values.type} cannot be protected as text",
            where=kind,
            remedy="name its fields, decode its bytes, or take it out",
        ) from None


def per_value(values: Any, change: Callable[[str], str | None]) -> Any:
    """Return a column with each distinct value changed once."""
    coded = values.dictionary_encode()
    changed = [change(value) for value in coded.dictionary.to_pylist()]
    return pa.array(changed, pa.string()).take(coded.indices)


def _masked(values: Any, action: act.Mask, use: Use) -> Any:
    own = info(use.kind).mask
    shape = MaskShape(
        head=own.head if action.head is None else action.head,
        tail=own.tail if action.tail is None else action.tail,
        stars=own.stars if action.stars is None else action.stars,
        before=own.before,
    )
    return mask(values, shape, action.split)


def _redacted(values: Any, action: act.Redact, use: Use) -> Any:
    text = use.label() if action.text is None else action.text
    return pc.if_else(pc.is_valid(values), text, pa.scalar(None, pa.string()))


def _general(values: Any, action: act.Generalise, use: Use) -> Any:
    label = use.label()
    return per_value(values, lambda value: generalise(value, action) or label)


def _pseudonyms(values: Any, action: act.Pseudonym, use: Use) -> Any:
    key = derived(use.key(action.key), "pseudonym", use.scope, use.kind, action.hash)
    coded = values.dictionary_encode()
    found = pseudonyms(coded.dictionary.to_pylist(), use.kind, key, action)
    return pa.array(found, pa.string()).take(coded.indices)


def _encrypted(values: Any, action: act.Encrypt, use: Use) -> Any:
    envelope = Envelope(use.key(action.key), action.cipher, use.kind, use.scope)
    closed = [None if value is None else envelope.close(value) for value in values.to_pylist()]
    return pa.array(closed, pa.string())


def _tokens(values: Any, action: act.Token, use: Use, *, decrypt: bool = False) -> Any:
    known = info(use.kind)
    if known.token is None:
        raise InputError(
            "protect-unfit",
            "this type has no format for tokens",
            where=use.kind,
            remedy="use a pseudonym or encrypt",
        )
    size = 32 if action.cipher == "aes" else 16
    key = derived(use.key(action.key), "token", use.scope, use.kind, action.cipher, size=size)
    cut = Cut(key, action.cipher, decrypt)
    letters = known.equal == "upper"
    found, unfit = tokens(
        values, known.token, cut, head=action.head, born_until=action.born_until, letters=letters
    )
    if not unfit.any():
        return found
    if action.unfit == "redact":
        return pc.if_else(pa.array(unfit), use.label(), found)
    raise InputError(
        "protect-unfit",
        f"{int(unfit.sum())} of {len(values)} values are not of this type's format; "
        f"the first is number {int(np.argmax(unfit)) + 1}",
        where=use.kind,
        remedy="mend them, or say unfit: redact in the policy",
    )


def _opened(values: Any, action: act.Encrypt, use: Use) -> Any:
    if use.keys is None:
        raise missing(action.key, "keys")
    keys = use.keys
    return per_value(values, lambda value: opened(value, keys, use.kind, use.scope))


def _shifted(values: Any, action: act.Shift, use: Use, *, back: bool) -> Any:
    if use.people is None or len(use.people) != len(values) or use.people.null_count:
        raise InputError(
            "protect-person",
            "dates are moved by a constant of each person, and it is not known whose they are",
            where=use.kind,
            remedy="name the column that tells people apart, filled in every row",
        )
    key = derived(use.key(action.key), "shift", use.scope)
    coded = as_text(use.people, "person").dictionary_encode()
    sign = -1 if back else 1
    by_person = np.array(
        [sign * days_of(person, key, action.days) for person in coded.dictionary.to_pylist()], np.int64
    )
    days = by_person[np.asarray(coded.indices)] if len(values) else np.zeros(0, np.int64)
    if pa.types.is_temporal(values.type) and not pa.types.is_time(values.type):
        return shifted_dates(values, days)
    label = use.label()
    moved = [
        None if value is None else shifted_text(value, int(by)) or label
        for value, by in zip(as_text(values, use.kind).to_pylist(), days, strict=True)
    ]
    return pa.array(moved, pa.string())


def _of_items(lists: Any, people: Any) -> Any:
    return None if people is None else people.take(pc.list_parent_indices(lists))


def _moved(values: Any, action: act.Shift, use: Use) -> Any:
    return _shifted(values, action, use, back=False)


_ACTIONS: dict[type, Callable[[Any, Any, Use], Any]] = {
    act.Mask: _masked,
    act.Redact: _redacted,
    act.Generalise: _general,
    act.Pseudonym: _pseudonyms,
    act.Encrypt: _encrypted,
    act.Token: _tokens,
    act.Shift: _moved,
}
