"""Tencent Cloud's key management service, through its SDK."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tencentcloud.common.credential import DefaultCredentialProvider
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.kms.v20190118 import models
from tencentcloud.kms.v20190118.kms_client import KmsClient

from shouxin.store.kms.model import ANSWER, Made, Place, refused, unreachable

_NOT_OPENED = frozenset(
    {
        "FailedOperation.DecryptError",
        "InvalidParameter.DecryptMaterialError",
        "InvalidParameterValue.InvalidCiphertext",
    }
)
_UNREACHABLE = frozenset({"ClientNetworkError", "ServerNetworkError"})


class Kms:
    """Keys of one region; credentials as Tencent's tools find them."""

    def __init__(self, place: Place) -> None:
        self._place = place
        parts = urlsplit(place.endpoint)
        http = HttpProfile(
            protocol=parts.scheme or "https", endpoint=parts.netloc or None, reqTimeout=int(ANSWER)
        )
        self._profile = ClientProfile(httpProfile=http)

    def make(self, bound: Mapping[str, str]) -> Made:
        """Return a new key; errors as ``Service.make``."""
        asked = models.GenerateDataKeyRequest()
        asked.KeyId, asked.KeySpec, asked.EncryptionContext = self._place.key, "AES_256", json.dumps(bound)
        found = self._asked("GenerateDataKey", asked)
        return Made(base64.b64decode(found.Plaintext), found.CiphertextBlob.encode())

    def open(self, sealed: bytes, bound: Mapping[str, str]) -> bytes | None:
        """Return a key; errors as ``Service.open``."""
        asked = models.DecryptRequest()
        asked.CiphertextBlob, asked.EncryptionContext = sealed.decode("ascii", "replace"), json.dumps(bound)
        found = self._asked("Decrypt", asked)
        return base64.b64decode(found.Plaintext) if found else None

    def _asked(self, what: str, given: Any) -> Any:
        """Return an answer, None where what was to be opened is not of this key."""
        try:
            # Made for each question: a key is opened once a process, and credentials of a machine run out.
            credential = DefaultCredentialProvider().get_credential()
            return getattr(KmsClient(credential, self._place.region, self._profile), what)(given)
        except TencentCloudSDKException as error:
            code = str(error.code)
            if code in _NOT_OPENED:
                return None
            raise (unreachable if code in _UNREACHABLE else refused)(self._place, code) from None
