"""What is looked for in texts: every pattern fits wherever the one after it does."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shouxin.connect.words import ASCII, BETWEEN, WIDE, briefly, every_way, loosely, plain

VALUES = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9.]{0,8}@[a-z]{2,6}\.example", fullmatch=True),
    st.from_regex(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}", fullmatch=True),
)
AROUND = st.text(alphabet="，。 是a1＠", max_size=3)


@st.composite
def written(draw: st.DrawFn, value: str) -> str:
    """Draw a way to write a value: large or small, wide or narrow, with something between digits."""
    letters = []
    for one in value:
        way = draw(st.sampled_from((one.lower(), one.upper())))
        letters.append(way.translate(str.maketrans(ASCII, WIDE)) if draw(st.booleans()) else way)
        if "@" not in value:
            letters.append(draw(st.text(alphabet=BETWEEN, max_size=2)))
    return draw(AROUND) + "".join(letters) + draw(AROUND)


@given(data=st.data(), values=st.lists(VALUES, min_size=1, max_size=4))
def test_a_brief_pattern_fits_wherever_a_long_one_does(data: st.DataObject, values: list[str]) -> None:
    """It may find more, and never finds less, however a value is written."""
    looked_for = [plain(one) for one in values]
    text = data.draw(written(data.draw(st.sampled_from(looked_for))))
    assert re.search(loosely(looked_for), text, re.IGNORECASE)
    assert re.search(briefly(looked_for), text, re.IGNORECASE)
    if re.search("|".join(map(every_way, looked_for)), text, re.IGNORECASE):
        assert re.search(loosely(looked_for), text, re.IGNORECASE)


def test_values_that_begin_alike_are_looked_for_once() -> None:
    """Many accounts of one place make no longer pattern."""
    assert briefly(["mingyang1@mail.example", "mingyang2@mail.example"]) == briefly(
        ["mingyang3@mail.example"]
    )
