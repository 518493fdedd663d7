"""What speaks for or against a candidate, as bits; each kind weighs them into a score."""

from enum import IntEnum


class Evidence(IntEnum):
    """The bits, the same as in ``native/tables.hpp``."""

    CHECKSUM = 1  #: the check digits are right
    TABLE = 2  #: a code inside was issued: province, card range, area code, network
    INNER = 4  #: a second structure inside is right: a date, another check, the length of all parts
    CONTEXT = 8  #: the nearest word announces this kind
    OTHER = 16  #: the nearest word announces another kind
    AGAINST = 32  #: the nearest word speaks against it: an order number, a version, a time
    GLUED = 64  #: its label is written without a gap, as in ``QQ12345``
    SPLIT = 128  #: it stands in groups
    BROKEN = 256  #: a line break stands inside, or each digit stands apart


PATTERNS = 512
"""How many sets of evidence there are."""
