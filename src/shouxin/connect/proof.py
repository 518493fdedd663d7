"""Servers that do not prove who they are, whatever their driver makes of it."""

import ssl

CODE = "connect-unproven"
"""The code for a server whose certificate cannot be trusted: over, of another name, of nobody known."""

WHAT = "the server does not prove who it is: its certificate is over, of another name, or of nobody known"
REMEDY = "look at the name in the address, the server's certificate, and the authority that is trusted"

_SAID = "certificate verify failed"


def unproven(error: BaseException) -> bool:
    """Tell whether an error comes of a certificate that cannot be trusted."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, ssl.SSLCertVerificationError) or _SAID in str(one).lower().replace("_", " "):
            return True
        left += [one.__cause__, one.__context__]
    return False
