"""Made-up identifiers with right check digits, and look-alikes; seeded, so always the same."""

import random
from collections.abc import Callable
from typing import NamedTuple

from shouxin.detect.fallback.checks import (
    DOUBLED,
    ORGANISATION_WEIGHTS,
    RESIDENT_WEIGHTS,
    VIN,
    VIN_WEIGHTS,
    icao,
)

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
HAN = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而"
    "方后多定行学法所民得经三之进着等部度家力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开"
)


class Piece(NamedTuple):
    """A text, and where in it (characters) an identifier stands, if it is one."""

    text: str
    kind: str = ""
    start: int = 0
    end: int = 0


class MadeUp:
    """A source of identifiers, look-alikes and documents."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def digits(self, count: int) -> str:
        """Return so many random digits."""
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def day(self) -> str:
        """Return a day as eight digits."""
        r = self.random
        return f"{r.randint(1935, 2019)}{r.randint(1, 12):02}{r.randint(1, 28):02}"

    def resident_id(self) -> str:
        """Return a resident number; its county code may never have been issued."""
        province = self.random.choice(
            [
                "11",
                "12",
                "13",
                "21",
                "31",
                "32",
                "33",
                "35",
                "37",
                "41",
                "42",
                "43",
                "44",
                "50",
                "51",
                "52",
                "61",
                "65",
            ]
        )
        place = f"{province}{self.random.randint(1, 90):02}{self.random.randint(1, 99):02}"
        body = place + self.day() + self.digits(3)
        total = sum(int(c) * w for c, w in zip(body, RESIDENT_WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]

    def luhn(self, body: str) -> str:
        """Return the digits with their Luhn digit."""
        odd = sum(DOUBLED[int(c)] for c in body[::-1][::2]) + sum(int(c) for c in body[::-1][1::2])
        return body + str(-odd % 10)

    def bank_card(self) -> str:
        """Return a card number of UnionPay or of the international networks' test ranges."""
        head, length = self.random.choice(
            (("62", 19), ("62", 16), ("62", 18), ("62", 17), ("400000", 16), ("555555", 16))
        )
        return self.luhn(head + self.digits(length - len(head) - 1))

    def mobile(self) -> str:
        """Return a mobile number of an assigned prefix; no person's number is looked up."""
        return self.random.choice(
            ["130", "138", "150", "158", "166", "176", "189", "191", "199"]
        ) + self.digits(8)

    def email(self) -> str:
        """Return an address at a reserved domain."""
        name = "".join(self.random.choice("abcdefghijklmnop") for _ in range(self.random.randint(3, 8)))
        domain = self.random.choice(("example.com", "mail.example.org", "example.com.cn", "a-b.example.net"))
        return (
            self.random.choice((name, f"{name}.{self.digits(2)}", f"{name}_{self.digits(4)}", self.digits(8)))
            + "@"
            + domain
        )

    def ipv4(self) -> str:
        """Return an address of the ranges for documentation or of a private network."""
        net = self.random.choice(("192.0.2.", "198.51.100.", "203.0.113.", "10.20.130.", "172.16.254."))
        return net + str(self.random.randint(1, 254))

    def plate(self) -> str:
        """Return a plate, every third of a new-energy vehicle."""
        head = (
            self.random.choice("京沪粤川苏浙鲁豫鄂湘")
            + self.random.choice("ABCDEFGH")
            + self.random.choice(("", "·"))
        )
        if self.random.random() < 1 / 3:
            return head + self.random.choice("DF") + self.digits(5)
        return head + self.random.choice((self.digits(5), self.digits(4) + "K", "B" + self.digits(4)))

    def uscc(self) -> str:
        """Return a credit code whose inner organisation code is right, too."""
        body = "".join(self.random.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
        total = sum(icao(ord(c)) * w for c, w in zip(body, ORGANISATION_WEIGHTS, strict=True))
        check = "0X987654321"[total % 11]
        head = f"91{self.random.choice(('110000', '310115', '440300', '330106'))}{body}{check}"
        weighted = sum(USCC.index(c) * 3**i for i, c in enumerate(head))
        return head + USCC[-weighted % 31]

    def vin(self) -> str:
        """Return a vehicle number made in China."""
        head = "L" + "".join(self.random.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(7))
        tail = "".join(self.random.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(2)) + self.digits(6)
        total = sum(VIN[ord(c)] * w for c, w in zip(f"{head}0{tail}", VIN_WEIGHTS, strict=True))
        return f"{head}{'0123456789X'[total % 11]}{tail}"

    KINDS = ("resident_id", "mobile", "email", "ipv4", "licence_plate", "uscc", "bank_card", "vin")

    def identifier(self, kind: str) -> str:
        """Return one of a kind."""
        return str(getattr(self, "plate" if kind == "licence_plate" else kind)())

    def written(self, kind: str, value: str) -> str:
        """Return the value as people write it: in groups, wide, in small letters."""
        chance = self.random.random()
        if chance < 0.7:
            return value
        if kind == "mobile":
            return self.random.choice(
                (
                    f"{value[:3]}-{value[3:7]}-{value[7:]}",
                    f"{value[:3]} {value[3:7]} {value[7:]}",
                    f"+86{value}",
                    f"+86 {value}",
                    wide(value),
                )
            )
        if kind == "resident_id":
            return self.random.choice(
                (
                    f"{value[:6]} {value[6:14]} {value[14:]}",
                    value.lower(),
                    wide(value),
                    f"{value[:10]}\n{value[10:]}",
                )
            )
        if kind == "bank_card":
            return " ".join(value[i : i + 4] for i in range(0, len(value), 4))
        return value

    def filler(self) -> str:
        """Return some Chinese without sense."""
        count = self.random.randint(2, 14)
        return "".join(self.random.choice(HAN) for _ in range(count))

    def look_alike(self) -> str:
        """Return something that is none of the kinds: the hard negatives."""
        r = self.random
        wrong = str((int(self.luhn(self.digits(15))[-1]) + r.randint(1, 9)) % 10)
        makers: tuple[Callable[[], str], ...] = (
            lambda: f"时间戳{r.randint(1_500_000_000_000, 1_799_999_999_999)}",
            lambda: f'"ts":{r.randint(1_500_000_000_000_000, 1_799_999_999_999_999)}',
            lambda: f"订单号{r.randint(10**10, 10**11 - 1)}",
            lambda: f"订单编号：{self.day()}{self.digits(11)}",
            lambda: f'"order_id": "{self.luhn("62" + self.digits(14))}"',
            lambda: f"流水号 {self.luhn('4' + self.digits(14))}",
            lambda: f"版本{r.randint(1, 9)}.{r.randint(0, 20)}.{r.randint(100, 255)}.{r.randint(0, 9)}",
            lambda: f"Chrome/{r.randint(90, 200)}.0.{r.randint(100, 255)}.{r.randint(0, 99)}",
            lambda: f"第{r.randint(1, 9)}.{r.randint(1, 9)}.{r.randint(1, 9)}.{r.randint(1, 9)}节",
            lambda: f"md5 {r.getrandbits(128):032x}",
            lambda: f"commit {r.getrandbits(160):040x}",
            lambda: str(r.choice(("约3.1415926535897", "占0.13812345678", "共1381234567890123456789012元"))),
            lambda: f"快递单号SF{self.digits(13)}",
            lambda: (
                f"{r.randint(2000, 2030)}-{r.randint(10, 12)}-{r.randint(10, 28)} {r.randint(10, 23)}:30:00"
            ),
            lambda: f"图片image@{r.randint(2, 3)}x.png",
            lambda: (
                f"{r.getrandbits(32):08x}-{r.getrandbits(16):04x}-4{r.getrandbits(12):03x}-a{r.getrandbits(12):03x}-{r.getrandbits(48):012x}"
            ),
            lambda: f"编号{wrong}{self.digits(8)}",
            lambda: f"雪花{r.randint(10**18, 2 * 10**18)}",
            lambda: f"型号A{self.digits(5)}",
            lambda: f"金额{r.randint(10**10, 2 * 10**10 - 1)}",
        )
        return r.choice(makers)()

    def document(self, *, every: int = 3) -> tuple[str, list[tuple[str, int, int]]]:
        """Return a text of some pieces and the identifiers in it by kind and characters."""
        text, gold = "", []
        for _ in range(self.random.randint(2, 8)):
            text += self.filler() + self.random.choice("，。：；、 \n")
            if self.random.random() < 1 / every:
                kind = self.random.choice(self.KINDS)
                value = self.written(kind, self.identifier(kind))
                gold.append((kind, len(text), len(text) + len(value)))
                text += value
            elif self.random.random() < 0.5:
                text += self.look_alike()
            text += self.random.choice("，。；、")
        return text, gold


def wide(text: str) -> str:
    """Return the text in full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) for c in text)
