"""OpenID Connect: the way to an identity provider and back, with PKCE, state and nonce."""

import ipaddress
import time
from collections.abc import Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from shouxin.duties.access.tokens import token
from shouxin.duties.signed import ED25519, NotSigned, opened
from shouxin.errors import InputError

_ALGORITHMS = ("RS256", "PS256", "ES256", *ED25519)
_SECONDS = 10
_LEEWAY = 60
_KEPT = 3600


class Start(NamedTuple):
    """Where the browser is sent, and what must be kept until it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One identity provider; ``transport`` replaces the network."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        if not _safe(issuer):
            raise InputError(
                "oidc-settings",
                f'the identity provider "{issuer[:200]}" is not reached over https',
                where='setting "oidc_issuer"',
                remedy="give its address as https://…",
            )
        self.issuer = issuer.rstrip("/")
        self._id = client_id
        self._secret = client_secret
        self._http = httpx.Client(timeout=_SECONDS, transport=transport, follow_redirects=False)
        self._known: dict[str, Any] = {}
        self._until = 0.0

    def start(self, back: str) -> Start:
        """Return where to send the browser; ``back`` is where it must return to.

        Raises ``InputError`` (oidc-unreachable).
        """
        verifier, state, nonce = token(), token(), token()
        address = prepare_grant_uri(
            self._metadata()["authorization_endpoint"],
            client_id=self._id,
            response_type="code",
            redirect_uri=back,
            scope="openid",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Start(address, state, nonce, verifier)

    def subject(self, code: str, back: str, nonce: str, verifier: str) -> str:
        """Return whom the provider vouches for; raise ``InputError`` (oidc-refused, oidc-unreachable)."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
            "client_id": self._id,
        }
        metadata = self._metadata()
        answer = self._json("POST", metadata["token_endpoint"], data=asked, auth=(self._id, self._secret))
        keys = self._json("GET", metadata["jwks_uri"])
        try:
            known = KeySet.import_key_set(cast("KeySetSerialization", keys))
            head, said = opened(str(answer["id_token"]), known, _ALGORITHMS)
            claims = CodeIDToken(
                said,
                head,
                {
                    "iss": {"essential": True, "value": metadata["issuer"]},
                    "aud": {"essential": True, "value": self._id},
                },
                {
                    "nonce": nonce,
                    "client_id": self._id,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(leeway=_LEEWAY)
        except NotSigned as error:
            raise _refused(str(error)) from None
        except (JoseError, KeyError, ValueError, TypeError) as error:
            raise _refused(type(error).__name__) from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise _refused("sub")
        return subject

    def _metadata(self) -> dict[str, Any]:
        if time.monotonic() >= self._until:
            known = self._json("GET", f"{self.issuer}/.well-known/openid-configuration")
            ends = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if str(known.get("issuer")).rstrip("/") != self.issuer or not all(
                _safe(str(known.get(name))) for name in ends
            ):
                raise _unreachable("its configuration is not that of this issuer")
            self._known, self._until = known, time.monotonic() + _KEPT
        return self._known

    def _json(self, method: str, address: str, **sent: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, address, **sent)
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable(type(error).__name__) from None
        if answer.status_code in (400, 401) and method == "POST":
            raise _refused(f"status {answer.status_code}")
        if answer.status_code != 200 or not isinstance(found, Mapping):
            raise _unreachable(f"status {answer.status_code}")
        return dict(found)


def _safe(address: str) -> bool:
    """Tell whether an address is https, or on this very machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.scheme == "https" and host:
            return True
        return parts.scheme == "http" and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False


def _refused(why: str) -> InputError:
    return InputError(
        "oidc-refused",
        f"the identity provider does not vouch for this sign-in ({why})",
        remedy="begin again at /sign-in",
    )


def _unreachable(why: str) -> InputError:
    return InputError(
        "oidc-unreachable",
        f"the identity provider does not answer as it should ({why})",
        remedy="try again later, or sign in with a password",
    )
