"""How requests are handed to an entrusted party, as a map describes it; ``docs/stores.md`` shows it."""

from typing import Annotated, Literal

import msgspec

from shouxin.law.base import Shape

MAKE = "opendsr"
"""The make of a store that an entrusted party keeps."""

Want = Literal["erasure", "access", "portability"]
"""The types of request that the specification knows (section 6.2)."""

IdentityType = Literal[
    "controller_customer_id",
    "android_advertising_id",
    "android_id",
    "email",
    "fire_advertising_id",
    "ios_advertising_id",
    "ios_vendor_id",
    "microsoft_advertising_id",
    "microsoft_publisher_id",
    "roku_publisher_id",
    "roku_advertising_id",
]
"""The types of identity that the specification knows (section 5.1)."""


class HandOff(Shape, frozen=True, kw_only=True):
    """A party, as the inventory names it, and which identities its contract covers; no other is sent.

    ``name`` is the one that the party's addresses and headers bear. ``timeout`` in seconds is for a
    whole answer, ``largest`` in bytes for one; ``callback`` is where the party tells of a change.
    ``regulation`` is sent where the contract names one: the specification itself knows ``gdpr`` and ``ccpa``.
    """

    party: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    identities: Annotated[dict[str, IdentityType], msgspec.Meta(min_length=1)]
    name: Literal["OpenGDPR", "OpenDSR"] = "OpenGDPR"
    callback: Annotated[str, msgspec.Meta(max_length=500, pattern=r"^(https://\S+)?$")] = ""
    timeout: Annotated[float, msgspec.Meta(gt=0, le=600)] = 30.0
    largest: Annotated[int, msgspec.Meta(ge=1, le=1 << 28)] = 16 << 20
    regulation: Annotated[str, msgspec.Meta(max_length=40)] = ""
