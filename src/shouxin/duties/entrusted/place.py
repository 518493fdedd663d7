"""Where the requests of controllers are found: beside our own, with what the settings agree on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shouxin.connect.opendsr.signing import Signer
from shouxin.duties.entrusted.model import Terms
from shouxin.duties.entrusted.service import Entrusted
from shouxin.duties.rights.place import open_rights
from shouxin.duties.rights.service import Rights


def entrusted_of(rights: Rights, own: tuple[str, str, str], terms: Terms) -> Entrusted:
    """Return the requests of controllers; ``own`` is our domain, certificate and key, empty: none is taken.

    Raises ``InputError`` (opendsr-own-key).
    """
    domain, certificate, key = own
    signer = Signer.read(domain, Path(certificate), Path(key)) if domain else None
    return Entrusted(rights, signer, terms)


@contextmanager
def open_entrusted() -> Iterator[Entrusted]:
    """Open the requests of controllers in the store of the current command; none is taken there."""
    with open_rights() as rights:
        yield Entrusted(rights)
