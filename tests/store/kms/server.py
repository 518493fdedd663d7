"""A key management service on this machine that speaks AWS', Alibaba Cloud's and Tencent Cloud's protocols.

Each request's signature is computed anew by the vendor's published rules and compared; a request that is
signed wrongly is refused, as the real one does.
"""

import base64
import datetime
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ACCESS, SECRET = "made-up-access", "made-up-secret"
CLOUDS = ("aws", "alibaba", "tencent")


class RefusedError(Exception):
    """What the service says no with: the code of AWS, of Alibaba Cloud, of Tencent Cloud."""

    def __init__(self, aws: str, alibaba: str, tencent: str) -> None:
        self.codes = dict(zip(CLOUDS, (aws, alibaba, tencent), strict=True))


UNSIGNED = RefusedError("InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure.SignatureFailure")
NO_KEY = RefusedError("NotFoundException", "Forbidden.KeyNotFound", "ResourceUnavailable.CmkNotFound")
DISABLED = RefusedError("DisabledException", "Rejected.Disabled", "ResourceUnavailable.CmkDisabled")
DENIED = RefusedError("AccessDeniedException", "Forbidden.NoPermission", "UnauthorizedOperation")
NOT_OURS = RefusedError("InvalidCiphertextException", "InvalidParameter", "FailedOperation.DecryptError")


class Service:
    """The keys by their names, what was asked, and what the test wants to go wrong."""

    def __init__(self) -> None:
        self.keys = {name: AESGCM(secrets.token_bytes(32)) for name in ("key-1", "key-2")}
        self.asked: list[str] = []
        self.seen = b""
        self.refuses: dict[str, RefusedError] = {}
        self.broken = b""

    def answer(self, verb: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Make a data key or open one."""
        self.asked.append(verb)
        if verb in self.refuses:
            raise self.refuses[verb]
        bound = json.dumps(given["EncryptionContext"], sort_keys=True).encode()
        if verb == "GenerateDataKey":
            assert given["KeySpec"] == "AES_256"
            if given["KeyId"] not in self.keys:
                raise NO_KEY
            key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
            sealed = given["KeyId"].encode() + nonce + self.keys[given["KeyId"]].encrypt(nonce, key, bound)
            return {"KeyId": given["KeyId"], "Plaintext": _text(key), "CiphertextBlob": _text(sealed)}
        try:
            sealed = base64.b64decode(given["CiphertextBlob"], validate=True)
            opened = self.keys[sealed[:5].decode()].decrypt(sealed[5:17], sealed[17:], bound)
        except (InvalidTag, KeyError, UnicodeDecodeError, ValueError):
            raise NOT_OURS from None
        return {"KeyId": sealed[:5].decode(), "Plaintext": _text(opened)}


@contextmanager
def running() -> Iterator[tuple[Service, str]]:
    """Run the service on this machine; give it and its address."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        """One door for all three: the headers say whose protocol it is."""

        def do_POST(self) -> None:
            """Check the signature, then answer in the protocol of the request."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.seen += self.path.encode() + body
            cloud, verb, given = _read(self, body)
            try:
                if not _signed(cloud, self, body):
                    raise UNSIGNED
                status, told = 200, _shaped(cloud, service.answer(verb, given))
            except RefusedError as refused:
                status, told = _refusal(cloud, refused.codes[cloud])
            sent = service.broken or json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _read(request: BaseHTTPRequestHandler, body: bytes) -> tuple[str, str, dict[str, Any]]:
    """Return whose protocol a request is in, what it asks, and its parameters by their names."""
    if "X-Amz-Target" in request.headers:
        return "aws", request.headers["X-Amz-Target"].removeprefix("TrentService."), json.loads(body)
    if "X-TC-Action" in request.headers:
        assert request.headers["X-TC-Version"] == "2019-01-18"
        given = json.loads(body)
        return "tencent", request.headers["X-TC-Action"], _with_context(given)
    assert request.headers["x-acs-version"] == "2016-01-20"
    query = dict(parse_qsl(urlsplit(request.path).query) + parse_qsl(body.decode()))
    return "alibaba", request.headers["x-acs-action"], _with_context(query)


def _with_context(given: dict[str, Any]) -> dict[str, Any]:
    return given | {"EncryptionContext": json.loads(given["EncryptionContext"])}


def _shaped(cloud: str, told: dict[str, Any]) -> dict[str, Any]:
    if cloud == "tencent":
        return {"Response": told | {"RequestId": "made-up"}}
    return told | ({"RequestId": "made-up"} if cloud == "alibaba" else {})


def _refusal(cloud: str, code: str) -> tuple[int, dict[str, Any]]:
    if cloud == "tencent":
        return 200, {"Response": {"Error": {"Code": code, "Message": "no"}, "RequestId": "made-up"}}
    if cloud == "alibaba":
        return 400, {"Code": code, "Message": "no", "RequestId": "made-up"}
    return 400, {"__type": code, "message": "no"}


def _signed(cloud: str, request: BaseHTTPRequestHandler, body: bytes) -> bool:
    """Return whether a request is signed with the secret, by the rules of the cloud."""
    head = request.headers["Authorization"]
    parts = dict(part.strip().split("=", 1) for part in head.partition(" ")[2].split(","))
    names = parts["SignedHeaders"].split(";")
    url, hashed = urlsplit(request.path), hashlib.sha256(body).hexdigest()
    query = "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}"
        for name, value in sorted(parse_qsl(url.query, keep_blank_values=True))
    )
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
    canonical = "\n".join(["POST", url.path, query, headers, parts["SignedHeaders"], hashed])
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    scope = parts["Credential"].partition("/")[2]
    if cloud == "aws":
        key = _chain(f"AWS4{SECRET}", scope)
        text = f"AWS4-HMAC-SHA256\n{request.headers['X-Amz-Date']}\n{scope}\n{digest}"
    elif cloud == "tencent":
        stamp = request.headers["X-TC-Timestamp"]
        day = datetime.datetime.fromtimestamp(int(stamp), datetime.UTC).date().isoformat()
        assert scope == f"{day}/kms/tc3_request"
        key, text = _chain(f"TC3{SECRET}", scope), f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    else:
        assert request.headers["x-acs-content-sha256"] == hashed
        key, text = SECRET.encode(), f"ACS3-HMAC-SHA256\n{digest}"
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return parts["Credential"].partition("/")[0] == ACCESS and hmac.compare_digest(
        expected, parts["Signature"]
    )


def _chain(secret: str, scope: str) -> bytes:
    key = secret.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
