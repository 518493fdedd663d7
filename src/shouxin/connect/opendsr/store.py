"""An entrusted party as a store: a request is handed over once, its signed status and results asked for."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from cryptography import x509

from shouxin.connect.model import DatasetMap
from shouxin.connect.opendsr.model import Want
from shouxin.connect.opendsr.results import Tables, tables_of
from shouxin.connect.opendsr.results import wrong as useless
from shouxin.connect.opendsr.signature import authorities, certificate, forged, verify
from shouxin.connect.person import Person
from shouxin.connect.remote import Progress, Remote, refused
from shouxin.connect.service.answers import decoded
from shouxin.connect.service.line import Address, Answer, Line, wrong
from shouxin.connect.service.model import Call, Description
from shouxin.connect.service.template import Request
from shouxin.connect.survey import Problem, Survey
from shouxin.errors import StoreError
from shouxin.law.base import Shape

VERSION = "1.0"
_ORDER = ("pending", "in_progress", "completed")
_RAW, _HASHED = "raw", "sha256"
_OFFERED = {"erasure": "to erase", "access": "access", "portability": "portability"}
_MOST_RESULTS = 20
_ACCEPTED = "application/json, application/x-ndjson, text/csv, application/zip"


class Standing(Shape, frozen=True, kw_only=True):
    """What is known of a request at a party: its number, how far it said to be, what was asked for."""

    id: str
    state: str
    want: Want = "erasure"


class OpenDsrStore(Remote):
    """The party of a map at an address; its certificate is read once and held for as long as the store."""

    def __init__(self, found: DatasetMap, url: str) -> None:
        super().__init__(found)
        assert found.hand_off is not None
        self.about = found.hand_off
        self._address = Address.read(url, found.store)
        limits = Description(
            auth="bearer" if self._address.secret else "",
            timeout=self.about.timeout,
            largest=self.about.largest,
            read={},
        )
        self._line = Line(found.store, self._address, limits)
        self.domain = self._address.at.hostname or ""
        self._requests = f"/{self.about.name.lower()}_requests"
        self._roots = authorities(self._address.context)
        self._leaf: x509.Certificate | None = None

    def survey(self, person: Person, as_of: date) -> Survey:
        """Return that the party alone knows what it holds; a problem where nothing can be sent."""
        problems: tuple[Problem, ...] = ()
        if not self._identities(person, as_of, {_RAW, _HASHED}, None):
            problems = (
                Problem(
                    code="opendsr-identities",
                    where=self.name,
                    what=f"no identity of the person is one that the contract with {self.about.party} covers",
                    remedy="name the identities under `hand_off`, or reach the party another way",
                ),
            )
        warning = Problem(
            code="opendsr-warning",
            where=self.name,
            what=f"the request is handed to {self.about.party}; its signed word is what is known afterwards",
            remedy="oversee the party as its contract says (pipl art. 21)",
        )
        return Survey(store=self.name, problems=problems, warnings=(warning,), remainders=self.map.remainders)

    def begin(self, person: Person, as_of: date, key: str) -> Progress:
        """Hand the erasure over; ``key``, a UUID, is the number of the request."""
        return self.hand_over(person, as_of, key, "erasure")

    def hand_over(self, person: Person, as_of: date, key: str, want: Want) -> Progress:
        """Hand a request over, or anew under the same number; errors as ``begin``."""
        call = Call(path="/discovery")
        offered = self._told(self._line.send(call, Request("GET", "/discovery", {}, None)).body)
        if want not in (offered.get("supported_subject_request_types") or ()):
            raise refused(self.name, f"the party does not offer {_OFFERED[want]}")
        self._certificate(offered)
        pairs = {
            (str(one.get("identity_type")), str(one.get("identity_format")))
            for one in offered.get("supported_identities") or ()
            if isinstance(one, dict)
        }
        body = {
            "subject_request_id": key,
            "subject_request_type": want,
            "submitted_time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "subject_identities": self._identities(person, as_of, {_RAW, _HASHED}, pairs),
            "api_version": VERSION,
        }
        if self.about.regulation:
            body["regulation"] = self.about.regulation
        if self.about.callback:
            body["status_callback_urls"] = [self.about.callback]
        if not body["subject_identities"]:
            raise refused(self.name, "the party knows none of the identities that its contract covers")
        headers = {"Content-Type": "application/json"}
        sending = Call(path=self._requests, method="POST", repeats=True)
        answer = self._line.send(
            sending, Request("POST", self._requests, headers, msgspec.json.encode(body)), key
        )
        told = self._signed(answer)
        if told.get("subject_request_id") != key:
            raise forged(self.name, "is about another request")
        return self._progress(Standing(id=key, state=_ORDER[0], want=want))

    def ask(self, person: Person, as_of: date, reference: str) -> Progress:  # noqa: ARG002
        """Ask for the signed status; one about another request, or of an earlier state, does not count.

        Where rows were asked for, a completed request has its results fetched. Raises ``StoreError``
        (opendsr-results) for those that do not count.
        """
        before = msgspec.json.decode(reference, type=Standing)
        target = f"{self._requests}/{before.id}"
        told = self._signed(self._line.send(Call(path=target, missing=()), Request("GET", target, {}, None)))
        state = told.get("request_status")
        if told.get("subject_request_id") != before.id:
            raise forged(self.name, "is about another request")
        if state == "cancelled":
            raise refused(self.name, "the party says that it cancelled the request")
        if state not in _ORDER:
            raise wrong(self.name, "has no status that the specification knows")
        if _ORDER.index(state) < _ORDER.index(before.state):
            raise forged(self.name, "is older than one that came before")
        progress = self._progress(Standing(id=before.id, state=state, want=before.want))
        if not progress.done or before.want == "erasure":
            return progress
        found, digest = self._results(told)
        return progress._replace(found=found, digest=digest)

    def heard(self, signature: str, body: bytes) -> str:
        """Return which request a callback is about, once its signature holds and it came to our address."""
        self._hold(signature, body)
        told = self._told(body)
        if not self.about.callback or told.get("status_callback_url") != self.about.callback:
            raise forged(self.name, "was meant for another address")
        return str(told.get("subject_request_id"))

    def _results(self, told: dict[str, Any]) -> tuple[Tables, str]:
        """Fetch what a signed status names, at the party's own address only; return its tables and digest."""
        named = told.get("results_url") or ()
        links = [named] if isinstance(named, str) else named
        if not links and told.get("results_count") != 0:
            raise useless(self.name, "are not named, though the request is completed")
        if not isinstance(links, list | tuple) or len(links) > _MOST_RESULTS:
            raise useless(self.name, "are named in a way that cannot be read")
        tables: Tables = {}
        hashed = hashlib.sha256()
        root = self._line.of(Request("GET", "/", {}, None))
        for link in links:
            try:
                answer, _ = self._line.follow(Call(path="/results", missing=()), root, str(link), _ACCEPTED)
            except StoreError as error:
                if error.code == "service-answer":
                    raise useless(self.name, "are too large, or not at the address of the party") from None
                raise
            hashed.update(answer.body)
            for name, rows in tables_of(answer.body, self.name, self.about.largest).items():
                tables.setdefault(name, []).extend(rows)
        return tables, hashed.hexdigest()

    def _progress(self, standing: Standing) -> Progress:
        return Progress(standing.state == _ORDER[-1], msgspec.json.encode(standing).decode())

    def _identities(
        self, person: Person, as_of: date, formats: set[str], pairs: set[tuple[str, str]] | None
    ) -> list[dict[str, str]]:
        """Return what is sent: only what the contract covers and is theirs today, hashed where it may be."""
        sent = []
        for name, kind in self.about.identities.items():
            taken = formats if pairs is None else {one for of, one in pairs if of == kind} & formats
            for held in person.get(name, ()) if taken else ():
                if (held.since or as_of) <= as_of and (held.until is None or as_of < held.until):
                    form = _HASHED if _HASHED in taken else _RAW
                    plain = held.value.strip().lower() if kind == "email" else held.value
                    value = hashlib.sha256(plain.encode()).hexdigest() if form == _HASHED else held.value
                    sent.append({"identity_type": kind, "identity_value": value, "identity_format": form})
        return sent

    def _signed(self, answer: Answer) -> dict[str, Any]:
        """Return what an answer says once its signature holds; before that nothing of it is read."""
        header = f"x-{self.about.name.lower()}"
        if answer.headers.get(f"{header}-processor-domain", "").lower() != self.domain:
            raise forged(self.name, "does not come from the domain of the party")
        self._hold(answer.headers.get(f"{header}-signature", ""), answer.body)
        return self._told(answer.body)

    def _hold(self, signature: str, body: bytes) -> None:
        if self._leaf is None:
            asked = Request("GET", "/discovery", {}, None)
            self._certificate(self._told(self._line.send(Call(path="/discovery"), asked).body))
        assert self._leaf is not None
        verify(self._leaf, signature, body, self.name)

    def _certificate(self, offered: dict[str, Any]) -> None:
        place, call = str(offered.get("processor_certificate") or ""), Call(path="/discovery")
        got, _ = self._line.follow(call, self._line.of(Request("GET", "/", {}, None)), place)
        self._leaf = certificate(got.body, self.domain, self._roots, self.name)

    def _told(self, body: bytes) -> dict[str, Any]:
        plain = decoded(body, self.name)
        if not isinstance(plain, dict):
            raise wrong(self.name, "is no JSON object")
        return plain
