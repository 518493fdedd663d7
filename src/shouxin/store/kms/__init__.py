"""Main keys that are sealed by the key management service of a cloud."""

from shouxin.store.kms.keyfile import KmsKeys, new_file, rotate
from shouxin.store.kms.model import Place, service_of

__all__ = ["KmsKeys", "Place", "new_file", "rotate", "service_of"]
