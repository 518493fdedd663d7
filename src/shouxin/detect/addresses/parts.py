"""What an address is made of: the endings of its parts and the characters of its numbers."""

import re
from typing import Final

#: Endings of parts that the gazetteer need not know.
ROAD: Final = (
    "大道[东西南北中]?段?|大街|街道(?!办)|步行街|[东西南北中]?路[东西南北中]?段?"
    "|[东西南北]?街[东西南北]?|胡同|巷|弄|公路|环路|[二三四五六]环[东西南北]?路?"
)
AREA: Final = (
    "街道|镇|乡|苏木|开发区|高新区|新区|工业园区|工业园|工业区|科技园|产业园|创业园|园区|保税区|林场|农场"
)
VILLAGE: Final = "社区|居委会|居委|村委会|村委|村|屯|寨|庄|组|嘎查|大队"
HOME: Final = (
    "小区|花园|大厦|广场|公寓|家园|新村|花苑|嘉园|庄园|名苑|豪庭|华庭|雅苑|别墅|大院|家属院|写字楼"
    "|科学园|创意园|工业园|产业园|科技园|苑|府邸"
)
#: What may be an institution as well as a place; a part of an address only after a road or a number.
POINT: Final = (
    f"{HOME}|大楼|宿舍|中心|商城|市场|国际|新城|城|府|园区|园|学校|小学|中学|大学|学院|医院"
    "|酒店|宾馆|饭店|商场|超市|火锅店|银行|车站|[东西南北]区|星火"
)
DIGITS: Final = "0-9０-９一二三四五六七八九十百零〇两"
NUMBER: Final = (
    rf"[甲乙丙丁]?[A-Za-z]?[{DIGITS}]{{1,6}}(?:[-－—之/][A-Za-z{DIGITS}]{{1,5}}){{0,4}}[A-Za-z甲乙丙丁]?"
)
UNITS: Final = "#楼|#|号院|号楼|号|弄|栋|幢|座|棟|楼|层|单元|室|房|门|户|铺|档|舍|组|队|区|期|院|排|巷|樓|號"


def _door(between: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:附|第|东|西|南|北|中)?"
        rf"(?:{NUMBER}{between}(?:{UNITS})(?:院|楼|之[{DIGITS}])?(?:[A-Z](?![A-Za-z0-9栋座区]))?"
        r"|[A-Za-z甲乙丙丁](?:栋|幢|座|区|馆|楼|塔))"
    )


DOOR: Final = _door("")
#: A blank may stand before the unit, 90 号, where what goes before is more than a division.
SPACED_DOOR: Final = _door("[ 　]?")
BARE: Final = re.compile(
    r"[A-Za-z]?[0-9０-９]{1,5}(?:[-－][A-Za-z0-9]{1,4}){0,4}[A-Za-z]?(?![0-9年月日元个人%.:：])"
)
#: What makes the characters before it the name of an estate: 西城年华 1幢, 2单元.
HOUSING: Final = rf"[A-Za-z]?[{DIGITS}]{{1,4}}(?:幢|栋|单元|室|号楼|楼(?=[0-9]))"
SEPARATOR: Final = re.compile(r"[ 　]{0,2}")

#: A place that begins the name of an organisation is no address: 北京大学, 湖南省高级人民法院.
INSTITUTION: Final = (
    "大学|学院|公司|集团|医院|银行|法院|检察院|委员会|政府|委|局|厅|大队|支队|队|日报|晚报|晨报|电视台|研究院|研究所"
    "|协会|学会|商会|中学|小学|出版社|通讯社|证券|俱乐部|中心|军区|厂|剧院|剧团|乐团|歌舞团|报社|杂志社|基金会|党校|交易所|实业|航空|海关"
)
ORGANISATION: Final = re.compile(
    rf"[^的了在是和与、，。！？；：（）《》“”,.!?;:()\s]{{0,12}}?(?:{INSTITUTION})"
)

#: Characters that the name of a road, a village or a building does not hold where nothing stands before it.
#: A village or town whose whole name is one of these is any of its kind: 农村, 小镇, 水乡.
GENERIC: Final = frozenset("农山小水古城乡下家故老同市自渔")
LINKS: Final = frozenset("和与")
STOP: Final = LINKS | frozenset(
    "的了在是及或到往去从由向为把被将请说有没不我你他她它这那哪谁您住着过吗呢吧就都也还又很最里附近位于至寄送发"
)


def spelled(pattern: str) -> list[str]:
    """Return every string of an alternation, in the order in which it tries them.

    ``[东西]?路`` becomes 东路, 西路, 路; what must not follow stands after a ``!``.
    """
    return [made for choice in pattern.split("|") for made in _spelled(choice)]


def _spelled(choice: str) -> list[str]:
    made = [""]
    for kind, members, optional in re.findall(
        r"(\[([^]]*)\]|.)(\??)", choice.replace("(?!", "!").replace(")", "")
    ):
        options = [*(members or kind), *([""] if optional else [])]
        made = [begun + option for begun in made for option in options]
    return made


def endings() -> dict[str, list[str]]:
    """Return the endings by what they end, for the compiled grammar."""
    patterns = {
        "road": ROAD,
        "local": f"{AREA}|{VILLAGE}",
        "home": HOME,
        "point": POINT,
        "units": UNITS,
        "organisation": INSTITUTION,
    }
    return {name: spelled(pattern) for name, pattern in patterns.items()}
