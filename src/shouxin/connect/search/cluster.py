"""The way to a cluster: HTTP, bounded in time, verified, and errors that quote nothing of it."""

import json
import ssl
from collections.abc import Iterable, Mapping
from time import sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from shouxin.connect import proof
from shouxin.errors import InputError, StoreError

if TYPE_CHECKING:
    import httpx

_RESTS = (0.2, 1.0, 3.0)
"""Seconds to wait where a cluster says that it has too much to do."""

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Cluster:
    """A cluster by its address; ``make`` is "elasticsearch" or "opensearch"."""

    def __init__(self, store: str, url: str, timeout: float) -> None:
        import httpx

        self.store, self.timeout = store, timeout
        try:
            parts = urlsplit(url)
            self.make, _, scheme = parts.scheme.partition("+")
            asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
            host, port = parts.hostname, parts.port or 9200
            files = asked.pop("ca_file", [None])
            if not host or asked or parts.fragment:
                raise ValueError
            trusted = ssl.create_default_context(cafile=files[0])
            named = f"[{host}]" if ":" in host else host
            self._client = httpx.Client(
                base_url=f"{scheme}://{named}:{port}{parts.path.rstrip('/')}",
                headers=_account(parts.username, parts.password),
                auth=(unquote(parts.username), unquote(parts.password or "")) if parts.username else None,
                verify=trusted,
                timeout=timeout,
                trust_env=False,
            )
        except (ValueError, OSError):
            raise InputError(
                "database-url-unreadable",
                "this is no address of a cluster that can be used",
                where=store,
                remedy="write it like elasticsearch+https://user@host:9200, with ?ca_file=… if need be",
            ) from None
        self.plain = scheme == "http" and host not in _HERE

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        after: str = "nothing was changed",
        **options: str,
    ) -> Any:
        """Return what the cluster answers, None where it knows no such thing (404).

        ``body`` is written as JSON, a list of values as lines of it. ``after`` says how things stand where
        it goes wrong. Raises ``StoreError`` (connect-lost, connect-slow, connect-locked, connect-refused,
        connect-unproven).
        """
        import httpx

        content = _written(body)
        lines = "application/x-ndjson" if isinstance(body, list) else "application/json"
        for rest in (*_RESTS, 0.0):
            try:
                answer = self._client.request(
                    method, path, content=content, params=options, headers={"content-type": lines}
                )
                if answer.status_code not in (429, 503) or not rest:
                    return self._read(answer, after)
            except httpx.TimeoutException:
                raise self._error("connect-slow", "the cluster took longer than it may", after) from None
            except httpx.HTTPError as error:
                if proof.unproven(error):
                    raise self._error(proof.CODE, proof.WHAT, after) from None
                what = f"the cluster does not answer ({type(error).__name__})"
                raise self._error("connect-lost", what, after) from None
            sleep(rest)
        return None

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _read(self, answer: "httpx.Response", after: str) -> Any:
        status = answer.status_code
        if status == 404:
            return None
        if status in (408, 429, 503, 504):
            raise self._error("connect-slow", f"the cluster has too much to do ({status})", after)
        if status >= 400:
            raise self._error("connect-refused", f"the cluster refused ({status})", after)
        try:
            found = answer.json()
        except ValueError:
            raise self._error("connect-lost", "the cluster answers in no words of its own", after) from None
        if isinstance(found, dict) and (found.get("timed_out") or found.get("_shards", {}).get("failed")):
            raise self._error("connect-slow", "a part of the cluster did not answer", after)
        return found

    def _error(self, code: str, what: str, after: str) -> StoreError:
        remedy = "look at the cluster, the account and its rights, and try again"
        return StoreError(code, f"{what}; {after}", where=self.store, remedy=remedy)


def _account(user: str | None, password: str | None) -> Mapping[str, str]:
    """Return what names an API key: it stands where a password does, without a user."""
    return {"authorization": f"ApiKey {unquote(password)}"} if password and not user else {}


def _written(body: Any) -> bytes | None:
    if body is None:
        return None
    values: Iterable[Any] = body if isinstance(body, list) else [body]
    end = "\n" if isinstance(body, list) else ""
    return "".join(json.dumps(one, ensure_ascii=False, default=str) + end for one in values).encode(
        "utf-8", "replace"
    )
