"""What the compiled gate offers (built from native/ by CMakeLists.txt)."""

from collections.abc import Callable, Sequence
from datetime import date

from shouxin.law.wording import Fact

_Computed = list[tuple[int, object]]
_Family = tuple[
    Sequence[int],
    Sequence[int],
    dict[object, _Computed],
    Callable[[tuple[object, ...], date | None], _Computed | None],
]

class Vocabulary:
    """The act and all facts by number: what is no boolean, what sets off computation or leads to others."""

    def __init__(
        self,
        names: tuple[str, ...],
        others: Sequence[tuple[int, Fact, type[int] | frozenset[str]]],
        triggers: Sequence[int],
        leads: Sequence[tuple[int, Sequence[tuple[int, bool]]]],
        typed: Callable[[Fact, object], object],
        /,
    ) -> None: ...

class Places:
    """The places of the facts that matter to an act."""

    def __init__(
        self, vocabulary: Vocabulary, names: tuple[str, ...], families: Sequence[_Family], /
    ) -> None: ...
    def run(self, rules: Rules, facts: object, as_of: date | None) -> bytes | None:
        """Return what rules say of the facts of an act and of what follows; None asks for more care."""

class Rules:
    """The rules about an act in one stretch of time, as ``circuit.written`` says them."""

    def __init__(
        self,
        booleans: Sequence[int],
        comparisons: Sequence[tuple[int, str, object]],
        conditions: Sequence[tuple[bool, Sequence[int], Sequence[int]]],
        rules: Sequence[tuple[int, bool, Sequence[int]]],
        /,
    ) -> None: ...
    def __call__(self, *values: object) -> bytes:
        """Return the bits of the rules that take effect, and above them of those that may; facts by place."""
    def of_words(self, words: bytes, /) -> bytes:
        """Return the same for an act made ready: ``circuit.words``."""
