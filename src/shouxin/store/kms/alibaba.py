"""Alibaba Cloud's key management service, through its SDK."""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_credentials.client import Client as Credentials
from alibabacloud_credentials.exceptions import CredentialException
from alibabacloud_credentials.provider import (
    CLIProfileCredentialsProvider,
    EcsRamRoleCredentialsProvider,
    EnvironmentVariableCredentialsProvider,
    OIDCRoleArnCredentialsProvider,
    ProfileCredentialsProvider,
)
from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.utils_models import Config
from Tea.exceptions import TeaException

from shouxin.store.kms.model import ANSWER, CONNECT, Made, Place, refused, unreachable

_NOT_OPENED = "InvalidParameter"
"""Of a request to open, whose only parameters are the sealed key and what it is bound to."""

_FINDERS: tuple[Callable[[], Any], ...] = (
    EnvironmentVariableCredentialsProvider,
    OIDCRoleArnCredentialsProvider,
    CLIProfileCredentialsProvider,
    ProfileCredentialsProvider,
    partial(EcsRamRoleCredentialsProvider, async_update_enabled=False),
)
"""Where credentials may be, in the order of the SDK, whose own chain leaves a thread behind each time."""


class Kms:
    """Keys of one region; credentials as Alibaba Cloud's tools find them."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def make(self, bound: Mapping[str, str]) -> Made:
        """Return a new key; errors as ``Service.make``."""
        asked = models.GenerateDataKeyRequest(
            key_id=self._place.key, key_spec="AES_256", encryption_context=dict(bound)
        )
        found = self._asked(lambda client: client.generate_data_key(asked))
        return Made(base64.b64decode(found.plaintext), found.ciphertext_blob.encode())

    def open(self, sealed: bytes, bound: Mapping[str, str]) -> bytes | None:
        """Return a key; errors as ``Service.open``."""
        asked = models.DecryptRequest(
            ciphertext_blob=sealed.decode("ascii", "replace"), encryption_context=dict(bound)
        )
        found = self._asked(lambda client: client.decrypt(asked), _NOT_OPENED)
        return base64.b64decode(found.plaintext) if found else None

    def _asked(self, what: Callable[[Any], Any], not_opened: str = "") -> Any:
        """Return the body of an answer, None where the service says ``not_opened``."""
        try:
            return what(self._client()).body
        except CredentialException:
            raise refused(self._place, "no credentials are found") from None
        except AlibabaCloudException as error:
            if error.code == not_opened:
                return None
            raise refused(self._place, str(error.code)) from None
        except (TeaException, OSError) as error:  # what requests raises is an OSError
            raise unreachable(self._place, type(error).__name__) from None

    def _client(self) -> Client:
        """Return a client; made for each question, since a key is opened once a process."""
        parts = urlsplit(self._place.endpoint)
        return Client(
            Config(
                credential=_credentials(),
                region_id=self._place.region,
                protocol=parts.scheme or "https",
                endpoint=parts.netloc or None,
                connect_timeout=int(CONNECT * 1000),
                read_timeout=int(ANSWER * 1000),
            )
        )


def _credentials() -> Credentials:
    """Return the first credentials that are found; raise ``CredentialException`` where there are none."""
    for find in _FINDERS:
        try:
            provider = find()
            provider.get_credentials()
        except Exception:  # noqa: S112  # each place has errors of its own for what is not there
            continue
        return Credentials(provider=provider)
    raise CredentialException("no credentials")
