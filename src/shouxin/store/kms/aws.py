"""AWS Key Management Service, through botocore."""

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.session import get_session

from shouxin.store.kms.model import ANSWER, CONNECT, Made, Place, refused, unreachable

_NOT_OPENED = frozenset({"IncorrectKeyException", "InvalidCiphertextException"})


class Kms:
    """Keys of one region; credentials as AWS' tools find them."""

    def __init__(self, place: Place) -> None:
        self._place = place
        tries = {"total_max_attempts": 2, "mode": "standard"}
        self._client = get_session().create_client(
            "kms",
            region_name=place.region,
            endpoint_url=place.endpoint or None,
            config=Config(connect_timeout=CONNECT, read_timeout=ANSWER, retries=tries),
        )

    def make(self, bound: Mapping[str, str]) -> Made:
        """Return a new key; errors as ``Service.make``."""
        found = self._asked("generate_data_key", bound, KeySpec="AES_256")
        return Made(found["Plaintext"], found["CiphertextBlob"])

    def open(self, sealed: bytes, bound: Mapping[str, str]) -> bytes | None:
        """Return a key; errors as ``Service.open``."""
        found = self._asked("decrypt", bound, CiphertextBlob=sealed)
        return found.get("Plaintext")

    def _asked(self, what: str, bound: Mapping[str, str], **given: Any) -> dict[str, Any]:
        """Return an answer, an empty one where what was to be opened is not of this key."""
        try:
            ask = getattr(self._client, what)
            answer: dict[str, Any] = ask(KeyId=self._place.key, EncryptionContext=dict(bound), **given)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "no code"))
            if code in _NOT_OPENED:
                return {}
            raise refused(self._place, code) from None
        except NoCredentialsError:
            raise refused(self._place, "no credentials are found") from None
        except BotoCoreError as error:
            raise unreachable(self._place, type(error).__name__) from None
        if "Plaintext" not in answer:
            raise unreachable(self._place, "it answers something else than it was asked")
        return answer
