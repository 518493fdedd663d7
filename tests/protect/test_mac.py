"""Message authentication codes are those of the standard."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from shouxin.protect.mac import Mac


@given(st.binary(max_size=200), st.binary(max_size=300))
def test_codes_are_those_of_the_standard_library(key: bytes, message: bytes) -> None:
    """Keys shorter and longer than a block, and any message, give the code that ``hmac`` gives."""
    assert Mac(key)(message) == hmac.digest(key, message, "sha256")


def test_a_vector_of_the_standard() -> None:
    """The second test case of RFC 4231 comes out."""
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert Mac(b"Jefe")(b"what do ya want for nothing?").hex() == expected
