"""What is written over and over costs what its length does."""

import time

import pytest

from shouxin.detect import fallback, identifiers

LABELS = ("token=", "api_key=", "?token=", "secret_key=a", "password:", "密码：", "username=a", "微信：a-")
TOKENS = ("eyJ1_", "eyJ1-a.", "eyJ1_eyJ2.eyJ3-")
SIZE = 1_000_000
ENOUGH = 5.0  # seconds of processor time; where each value is read to its end it takes minutes


@pytest.mark.skipif(not identifiers.native_available(), reason="the native scanner was not built")
@pytest.mark.parametrize("unit", [*LABELS, *TOKENS])
def test_labels_inside_a_value_do_not_have_it_read_again(unit: str) -> None:
    """A label begins a value in which the next label stands, and so on to the end of the text."""
    text = (unit * SIZE)[:SIZE].encode()
    start = time.process_time()
    identifiers.find(text)
    assert time.process_time() - start < ENOUGH


@pytest.mark.parametrize("unit", TOKENS[:1])
def test_numpy_reads_a_token_once(unit: str) -> None:
    """What may be the beginning of a web token stands in the value of the last one."""
    text = (unit * SIZE)[:SIZE].encode()
    start = time.process_time()
    fallback.scan(text, 0.5)
    assert time.process_time() - start < ENOUGH
