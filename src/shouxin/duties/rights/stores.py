"""The service's own stores as a request asks them: the inventory's maps under their addresses."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from shouxin.connect.model import DatasetMap
from shouxin.connect.stores import Store, opened
from shouxin.connect.survey import Problem
from shouxin.errors import InputError, ShouxinError

Open = Callable[[DatasetMap, str], AbstractContextManager[Store]]
"""Opens the store of a map under an address."""


class Stores:
    """The stores that a service's inventory maps; ``addresses`` says where each is."""

    def __init__(
        self,
        maps: Callable[[], Sequence[DatasetMap]],
        addresses: Mapping[str, str],
        open_: Open | None = None,
    ) -> None:
        self.maps = maps
        self._addresses = addresses
        self._opened = open_ or opened

    @contextmanager
    def opened(self) -> Iterator[tuple[list[Store], list[Problem]]]:
        """Give every store that can be opened, and a problem for each that cannot."""
        found: list[Store] = []
        problems: list[Problem] = []
        with ExitStack() as stack:
            for one in self.maps():
                address = self._addresses.get(one.store)
                if address is None:
                    problems.append(_unaddressed(one.store))
                    continue
                try:
                    found.append(stack.enter_context(self._opened(one, address)))
                except ShouxinError as error:
                    problems.append(
                        Problem(code=error.code, where=one.store, what=error.what, remedy=error.remedy)
                    )
            yield found, problems

    @contextmanager
    def all(self) -> Iterator[list[Store]]:
        """Give every store; raise ``InputError`` (rights-store) where one cannot be opened."""
        with self.opened() as (found, problems):
            if problems or not found:
                raise unready(problems)
            yield found


def unready(problems: Sequence[Problem]) -> InputError:
    """Return the error for stores that cannot be asked."""
    if not problems:
        return InputError(
            "rights-store",
            "no store is mapped, so nobody's information can be found",
            where="inventory",
            remedy="map the stores of the service: docs/dataset-map.md",
        )
    first = problems[0]
    return InputError("rights-store", first.what, where=first.where, remedy=first.remedy)


def _unaddressed(store: str) -> Problem:
    return Problem(
        code="rights-store",
        where=store,
        what=f'nothing says where the store "{store}" is',
        remedy="name its address in the setting `stores`",
    )
