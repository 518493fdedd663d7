"""Check digits; each takes digits and capitals that were gathered from a text."""

import calendar
from typing import Final

USCC: Final = {ord(c): i for i, c in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
VIN: Final = {ord(c): i for i, c in enumerate("0123456789")} | dict(
    zip(b"ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def resident(s: bytes) -> bool:
    """ISO 7064 MOD 11-2 over 17 digits and a check character (GB 11643)."""
    total = sum((c - 48) * w for c, w in zip(s, RESIDENT_WEIGHTS, strict=False))
    return b"10X98765432"[total % 11] == s[17:18].upper()[0]


def luhn(s: bytes) -> bool:
    """Luhn, ISO/IEC 7812-1 annex B."""
    back = s[::-1]
    return (sum(back[::2]) - 48 * len(back[::2]) + sum(DOUBLED[c - 48] for c in back[1::2])) % 10 == 0


def uscc(s: bytes) -> bool:
    """GB 32100: 17 characters of a 31-letter alphabet and their check character."""
    total, weight = 0, 1
    for c in s[:17]:
        if c not in USCC:
            return False
        total += USCC[c] * weight
        weight = weight * 3 % 31
    return USCC.get(s[17], -1) == (31 - total % 31) % 31


def icao(c: int) -> int:
    """Return the value of a letter or digit: A is 10."""
    return c - 48 if c < 58 else c - 55


def organisation(s: bytes) -> bool:
    """GB 11714: 8 characters and a check character."""
    total = sum(icao(c) * w for c, w in zip(s, ORGANISATION_WEIGHTS, strict=False))
    return b"0X987654321"[total % 11] == s[8]


def vin(s: bytes) -> bool:
    """GB 16735 (ISO 3779): the ninth of 17 characters."""
    if any(c not in VIN for c in s):
        return False
    total = sum(VIN[c] * w for c, w in zip(s, VIN_WEIGHTS, strict=True))
    return s[8:9] == b"0123456789X"[total % 11 : total % 11 + 1]


def day(s: bytes) -> bool:
    """Return whether eight digits are a day between 1850 and 2099."""
    year, month, date = int(s[:4]), int(s[4:6]), int(s[6:8])
    return 1850 <= year < 2100 and 1 <= month <= 12 and 1 <= date <= calendar.monthrange(year, month)[1]


def short_day(s: bytes) -> bool:
    """Return whether six digits are a day of the twentieth century."""
    return day(b"19" + s[:6])


def check_731(s: bytes) -> bool:
    """ICAO 9303: weights 7, 3, 1 over 14 letters and digits, and a check digit."""
    return sum(icao(c) * (7, 3, 1)[i % 3] for i, c in enumerate(s[:14])) % 10 == s[14] - 48
