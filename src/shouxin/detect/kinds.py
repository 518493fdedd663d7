"""The kinds of personal information: their names, and their numbers in arrays."""

from typing import Final

#: Every kind by its stable id; the place in this tuple is its number in arrays of ``uint8``.
KINDS: Final = (
    *("resident_id", "resident_id_15", "residence_permit_hmt", "foreign_permanent_resident"),
    *("mobile", "landline", "phone_hmt", "phone_abroad", "bank_card", "uscc", "passport"),
    *("hk_macao_permit", "taiwan_permit", "military_licence", "driving_licence", "licence_plate"),
    *("vin", "email", "ipv4", "ipv6", "mac", "imei", "imsi", "iccid", "coordinates", "birth_date"),
    *("qq", "wechat", "account_name", "password", "secret", "url_token"),
    *("person_name", "address", "organisation", "minor_age"),
    *("biometric", "religion", "specific_identity", "medical", "financial_account", "whereabouts"),
    "under_14",
)

NUMBER: Final = {kind: number for number, kind in enumerate(KINDS)}
