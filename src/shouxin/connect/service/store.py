"""An HTTP service as a store: one person's rows looked up, read, corrected, erased and read back."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from shouxin.connect.affected import TouchedRows
from shouxin.connect.keeping import last_kept
from shouxin.connect.model import DatasetMap, MappedTable
from shouxin.connect.person import Person, joined
from shouxin.connect.remote import Progress, Remote, cannot, planned, refused
from shouxin.connect.rows.people import RowsAffected
from shouxin.connect.service import answers
from shouxin.connect.service.line import Address, Line, wrong
from shouxin.connect.service.listing import Listing
from shouxin.connect.service.model import Call, Description, Erasing, Reading
from shouxin.connect.service.template import Request, combinations, filled, places
from shouxin.connect.survey import Part, Problem, Row, Survey
from shouxin.errors import StoreError

READ_BACK = (0.2, 1.0, 3.0)
"""Seconds before an erasure is read back once more: some services answer from a copy that lags behind."""


class Known(NamedTuple):
    """The rows of a table that are the person's, and how many of somebody else came with them."""

    table: MappedTable
    rows: list[answers.Found]
    strangers: int

    def going(self, as_of: date) -> list[answers.Found]:
        """Return the rows that an erasure takes."""
        return [] if self.table.erase == "keep" else [row for row in self.rows if not self.held(row, as_of)]

    def held(self, row: answers.Found, as_of: date) -> bool:
        """Tell whether a row must still be kept; one without its day must."""
        time_ = self.table.retention
        if time_ is None:
            return False
        since = answers.day(row, time_.since)
        return since is None or as_of <= last_kept(time_.time, since)

    def until(self, as_of: date) -> date | None:
        """Return the last day on which a row must be kept; None where it is not known of all."""
        kept = self.table.retention
        days = [answers.day(row, kept.since) for row in self.rows if kept and self.held(row, as_of)]
        known = [day for day in days if day is not None]
        return last_kept(kept.time, max(known)) if kept and known and len(known) == len(days) else None


class ServiceStore(Remote):
    """The service of a map at an address; nothing is asked of it before it must be."""

    def __init__(self, found: DatasetMap, url: str, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__(found)
        assert found.service is not None
        self.about: Description = found.service
        self._line = Line(found.store, Address.read(url, found.store), self.about, sleep)
        self._sleep = sleep
        self._tables = {table.table: table for table in found.tables}
        self._names = {one.identity for table in found.tables for one in table.identities}

    def check(self) -> tuple[Problem, ...]:
        """Return what of the map cannot be done here; nothing is asked, for there is nobody to ask about."""
        return tuple(self._gaps())

    def learn(self, person: Person, as_of: date) -> Person:
        """Return the person's identities as the service's rows tell them."""
        return joined([answers.learned(one.table, one.rows) for one in self._known(person, as_of)])

    def read(self, person: Person, as_of: date) -> Iterator[Row]:
        """Yield the rows, of each the columns that the map names."""
        for one in self._known(person, as_of):
            names = [column.column for column in one.table.columns]
            for row in one.rows:
                shown = {name: answers.cell(row, name) for name in names} if names else row
                yield Row(one.table.table, "own", shown)

    def survey(self, person: Person, as_of: date) -> Survey:
        """Return what the service finds, and what its description can do with it."""
        parts: list[Part] = []
        problems: list[Problem] = []
        for one in self._known(person, as_of):
            parts += self._parts(one, as_of)
            problems += self._problems(one, person, as_of)
        return Survey(
            store=self.name,
            parts=tuple(parts),
            problems=tuple(problems),
            warnings=(_no_transaction(self.name),),
            remainders=self.map.remainders,
        )

    def correct(
        self,
        person: Person,
        table: str,
        key: Mapping[str, Any] | None,
        values: Mapping[str, Any],
        as_of: date,
        *,
        dry_run: bool = False,
    ) -> int:
        """Set columns in the person's rows; return how many."""
        call = self.about.correct.get(table)
        if call is None:
            raise cannot(f"{self.name}.{table}", "has no request in its description that corrects")
        rows = [
            row
            for one in self._known(person, as_of)
            if one.table.table == table
            for row in one.rows
            if all(str(answers.cell(row, name)) == str(worth) for name, worth in (key or {}).items())
        ]
        if not dry_run and rows:
            for one in self._values(call, person, as_of, rows):
                self._line.send(call, filled(call, {**one, "values": dict(values)}))
        return len(rows)

    @contextmanager
    def people(self, rows: Sequence[TouchedRows], identity: str) -> Iterator[RowsAffected]:
        """Give whom some rows are about for the time of a block; errors as ``TellsPeople``."""
        listing = Listing(self.map, self._pages)
        yield RowsAffected(listing, listing.ground, rows, identity)

    def begin(self, person: Person, as_of: date, key: str) -> Progress:
        """Erase table by table in the order of the description; each request has a key of its own."""
        known = {one.table.table: one for one in self._known(person, as_of)}
        done = planned(self._survey_of(list(known.values()), as_of))
        jobs: list[str] = []
        for name, call in self.about.erase.items():
            going = known[name].going(as_of) if name in known else []
            for values in self._values(call, person, as_of, going) if going else ():
                jobs += self._erase(call, filled(call, values), key)
        if jobs:
            return Progress(False, msgspec.json.encode(jobs).decode(), done)
        self._read_back(person, as_of)
        return Progress(True, outcome=done)

    def ask(self, person: Person, as_of: date, reference: str) -> Progress:
        """Ask after each part that was accepted; when all are done the service is read back."""
        asking = self.about.status
        assert asking is not None
        left: list[str] = []
        for job in msgspec.json.decode(reference, type=list[str]):
            answer = self._line.send(asking, filled(asking, {"job": job}))
            state = str(answers.at(answers.decoded(answer.body, self.name), asking.state))
            if state in asking.failed:
                raise refused(self.name, "the service could not finish the erasure that it had accepted")
            left += [] if state in asking.done else [job]
        if left:
            return Progress(False, msgspec.json.encode(left).decode())
        self._read_back(person, as_of)
        return Progress(True)

    def _erase(self, call: Erasing, request: Request, key: str) -> list[str]:
        """Send one request under a key of its own; return what the service calls the work that goes on."""
        own = hashlib.sha256(f"{key}\n{request.method} {request.target}\n".encode() + (request.body or b""))
        answer = self._line.send(call, request, own.hexdigest())
        if answer.status not in call.accepted:
            return []
        job = answers.at(answers.decoded(answer.body, self.name), call.job)
        if not isinstance(job, str | int) or job == "":
            raise wrong(self.name, f'has no name of the work at "{call.job}"')
        return [str(job)]

    def _read_back(self, person: Person, as_of: date) -> None:
        for pause in (*READ_BACK, None):
            left = [one for one in self._known(person, as_of) if one.going(as_of)]
            if not left:
                return
            if pause is not None:
                self._sleep(pause)
        raise StoreError(
            "service-residue",
            "the service says that it erased, and still answers with rows of the person",
            where=f"{self.name}.{left[0].table.table}",
            remedy="run the plan again in a while; if they stay, ask those who run the service",
        )

    def _known(self, person: Person, as_of: date) -> list[Known]:
        return [
            self._looked_up(self._tables[name], call, person, as_of) for name, call in self.about.read.items()
        ]

    def _looked_up(self, table: MappedTable, call: Reading, person: Person, as_of: date) -> Known:
        rows: dict[bytes, answers.Found] = {}
        for values in combinations(call, self._plain(person, as_of)):
            for row in self._pages(call, values):
                key = [answers.cell(row, name) for name in table.key] if table.key else row
                rows.setdefault(msgspec.json.encode(key, order="deterministic"), row)
        mine = [row for row in rows.values() if not table.identities or answers.of(table, row, person)]
        return Known(table, mine, len(rows) - len(mine))

    def _pages(self, call: Reading, values: Mapping[str, str]) -> Iterator[answers.Found]:
        pages, request = call.pages, filled(call, values)
        if pages and pages.query and not pages.cursor:
            request = _asked(request, pages.query, str(pages.first))
        answer, place = self._line.send(call, request), self._line.of(request)
        seen: set[str] = set()
        for number in range(1, (pages.most if pages else 1) + 1):
            if answer.status in (204, *call.missing):
                return
            plain = answers.decoded(answer.body, self.name)
            found = answers.rows(plain, call.rows, self.name)
            yield from found
            if pages is None or not found:
                return
            mark = pages.link or pages.cursor
            onward = answers.at(plain, mark) if mark else str(pages.first + number)
            if onward in (None, ""):
                return
            if str(onward) in seen:
                raise wrong(self.name, "leads back to a page that was read")
            seen.add(str(onward))
            if pages.link:
                answer, place = self._line.follow(call, place, str(onward))
            else:
                answer = self._line.send(call, _asked(filled(call, values), pages.query, str(onward)))
        raise wrong(self.name, f"goes on after {pages.most if pages else 1:,} pages")

    def _plain(self, person: Person, as_of: date) -> dict[str, list[str]]:
        """Return the values that are the person's today: a service cannot be asked about other days."""
        return {
            name: [
                one.value
                for one in person.get(name, ())
                if (one.since or as_of) <= as_of and (one.until is None or as_of < one.until)
            ]
            for name in self._names
        }

    def _values(
        self, call: Call, person: Person, as_of: date, rows: list[answers.Found]
    ) -> list[dict[str, Any]]:
        """Return what stands for the places of each request; one for each row where columns are named."""
        plain = combinations(call, self._plain(person, as_of))
        columns = sorted(name.removeprefix("row.") for name in places(call) if name.startswith("row."))
        if not columns:
            return list(plain)
        told = [{f"row.{name}": answers.cell(row, name) for name in columns} for row in rows]
        if any(worth is None for one in told for worth in one.values()):
            raise wrong(self.name, f"has rows without {', '.join(columns)}")
        return [{**one, **row} for one in plain for row in told]

    def _survey_of(self, known: list[Known], as_of: date) -> Survey:
        return Survey(store=self.name, parts=tuple(part for one in known for part in self._parts(one, as_of)))

    def _parts(self, one: Known, as_of: date) -> Iterator[Part]:
        name, going = one.table.table, len(one.going(as_of))
        kept = sum(one.held(row, as_of) for row in one.rows) if one.table.erase != "keep" else 0
        if going:
            yield Part(table=name, rows=going, part="own", act="delete")
        if kept and one.table.retention:
            because = one.table.retention.because
            yield Part(
                table=name, rows=kept, part="kept", act="keep", because=because, until=one.until(as_of)
            )
        if one.rows and one.table.erase == "keep":
            yield Part(table=name, rows=len(one.rows), part="own", act="keep", why="map")

    def _problems(self, one: Known, person: Person, as_of: date) -> Iterator[Problem]:
        where, going = f"{self.name}.{one.table.table}", one.going(as_of)
        call = self.about.erase.get(one.table.table)
        if one.strangers:
            yield Problem(
                code="service-stranger",
                where=where,
                what=f"the look-up answers with {one.strangers:,} rows of somebody else",
                remedy="describe a request that finds this person alone",
            )
        if going and call is None:
            yield _no_erasure(where)
        elif going and call and not self._values(call, person, as_of, going):
            yield Problem(
                code="service-cannot",
                where=where,
                what="the request that erases needs an identity that is not known of the person",
                remedy="describe one by an identity that the look-up tells",
            )
        elif going and call and len(going) < len(one.rows) and not _by_row(call):
            yield Problem(
                code="service-kept",
                where=where,
                what="one request would erase all rows, and some must be kept",
                remedy="describe a request for each row, with a place such as {row.id}",
            )

    def _gaps(self) -> Iterator[Problem]:
        for name in self.about.read:
            if name not in self.about.erase and self._tables[name].erase != "keep":
                yield _no_erasure(f"{self.name}.{name}")


def _asked(request: Request, name: str, value: str) -> Request:
    mark = "&" if "?" in request.target else "?"
    return request._replace(target=f"{request.target}{mark}{quote(name)}={quote(value, safe='')}")


def _by_row(call: Call) -> bool:
    return any(name.startswith("row.") for name in places(call))


def _no_erasure(where: str) -> Problem:
    return Problem(
        code="service-cannot",
        where=where,
        what="the description has no request that erases these rows",
        remedy="describe one, or say `erase: keep` of the table",
    )


def _no_transaction(store: str) -> Problem:
    return Problem(
        code="service-warning",
        where=store,
        what="a service has no transaction and cannot take an erasure back; it is read back afterwards",
        remedy="try the description with made-up people first: shouxin request rehearse",
    )
