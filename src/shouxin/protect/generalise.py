"""Saying less: dates as years, addresses as districts, IP addresses as networks, numbers as bands.

What cannot be read is None, which the caller redacts: nothing passes because it was not understood.
"""

import ipaddress
import re
from bisect import bisect_right

from shouxin.protect.policy import Generalise

_DATE = re.compile(r"^\D*((?:19|20)\d\d)(?:\s*[-/.年]?\s*(\d{1,2}))?(?:\D|\d{2}\D*$|$)")
_PROVINCE = (
    r"(?:(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区|(?:香港|澳门)特别行政区|[\u4e00-\u9fff]{2,3}省"
    r"|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    r"|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
)
_CITY = r"(?:[\u4e00-\u9fff]{2,10}?(?:自治州|地区|盟|市(?!区)))"
_DISTRICT = (
    r"(?:[\u4e00-\u9fff]{1,8}?(?:自治县|自治旗|新区|矿区|林区|特区|县|旗|市(?!区)|(?<![小社园校厂景街])区))"
)
_ADDRESS = re.compile(rf"^\s*(?:中国|中华人民共和国)?({_PROVINCE})?\s*({_CITY})?\s*({_DISTRICT})?")
_NUMBER = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(?:岁|周岁|years?)?\s*$")
_LEVELS = {"province": 1, "city": 2, "district": 3}


def generalise(value: str, action: Generalise) -> str | None:
    """Return the general form of a value, or None where it cannot be read."""
    match action.to:
        case "year" | "month" | "decade":
            return _date(value, action.to)
        case "province" | "city" | "district":
            return _address(value, _LEVELS[action.to])
        case "network":
            return _network(value, action)
        case "band":
            return _band(value, action)


def _date(value: str, to: str) -> str | None:
    found = _DATE.match(value)
    if not found:
        return None
    year, month = found.groups()
    if to == "decade":
        return f"{year[:3]}0s"
    if to == "year":
        return str(year)
    return f"{year}-{int(month):02d}" if month and 1 <= int(month) <= 12 else None


def _address(value: str, level: int) -> str | None:
    found = _ADDRESS.match(value)
    if not found or not (found.group(1) or found.group(2)):
        return None
    parts = [part for part in found.groups()[:level] if part]
    if level == 1 and not found.group(1):
        city = found.group(2)
        return str(city) if city in ("北京市", "天津市", "上海市", "重庆市") else None
    return "".join(parts)


def _network(value: str, action: Generalise) -> str | None:
    try:
        address = ipaddress.ip_address(value.strip().strip("[]"))
    except ValueError:
        return None
    prefix = action.ipv4_prefix if address.version == 4 else action.ipv6_prefix
    return (
        str(ipaddress.ip_network((int(address), prefix), strict=False))
        if address.version == 6
        else str(ipaddress.IPv4Network((int(address), prefix), strict=False))
    )


def _band(value: str, action: Generalise) -> str | None:
    found = _NUMBER.match(value)
    if not found:
        return None
    number = float(found.group(1))
    if action.edges:
        at = bisect_right(action.edges, number)
        low = _plain(action.edges[at - 1]) if at else ""
        high = _plain(action.edges[at]) if at < len(action.edges) else ""
        return f"{low}≤…<{high}" if low and high else f"<{high}" if high else f"≥{low}"
    if action.top is not None and number >= action.top:
        return f"≥{action.top}"
    low_end = int(number // action.width) * action.width
    high_end = low_end + action.width - 1
    return f"{low_end}-{min(high_end, action.top - 1) if action.top is not None else high_end}"


def _plain(edge: float) -> str:
    return str(int(edge)) if edge == int(edge) else str(edge)
