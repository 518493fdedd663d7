"""Acts as people write them: JSON, JSON lines, words; and what is refused, with its line."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouxin.duties.gate import acts
from shouxin.errors import InputError
from shouxin.law.register import register

FACTS = {fact.name: fact for fact in register().books.vocabulary.facts}


def read(text: str) -> list[dict[str, Any]]:
    """Return the acts that a text writes."""
    return list(acts.from_lines(text.splitlines(keepends=True), where="acts.jsonl"))


def test_one_object_a_line() -> None:
    """JSON lines are read one by one, blank lines skipped."""
    assert read('{"act": "collect"}\n\n{"act": "use", "data.sensitive": true}\n') == [
        {"act": "collect"},
        {"act": "use", "data.sensitive": True},
    ]


def test_an_object_or_a_list_may_span_lines() -> None:
    """Indented JSON is read as a whole."""
    assert read('{\n  "act": "collect"\n}\n') == [{"act": "collect"}]
    assert read('[\n{"act": "collect"},\n{"act": "use"}\n]') == [{"act": "collect"}, {"act": "use"}]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[1]\n", "act-json"),
        ("nonsense\n", "act-json"),
        ('{"act": "collect", "act": "use"}\n', "act-duplicate-key"),
        ('{"act": "collect", "b": NaN}\n', "act-json"),
        ('{"act": Infinity}\n', "act-json"),
        ("[" * 100_000 + "\n", "act-json"),
        ('{"act": "' + "x" * (acts.LONGEST + 1) + '"}\n', "act-too-long"),
        ("{\n" + '"a": 1,\n' * 200_000, "act-too-long"),
    ],
)
def test_what_is_no_act_is_refused_with_its_line(text: str, code: str) -> None:
    """Broken, doubled, endless or oversized: each has its code and its place."""
    with pytest.raises(InputError) as caught:
        read('{"act": "collect"}\n' + text)
    assert (caught.value.code, "line 2" in caught.value.where) == (code, True)


def test_words_are_read_in_the_type_of_their_fact() -> None:
    """True is a boolean where the fact is one, and a word where it is not."""
    found = acts.from_words(["act=collect", "data.sensitive=true", "subject.birth_date=2012-01-01"], FACTS)
    assert found == {"act": "collect", "data.sensitive": True, "subject.birth_date": "2012-01-01"}
    with pytest.raises(InputError, match="given twice"):
        acts.from_words(["act=collect", "act=use"], FACTS)
    with pytest.raises(InputError, match="fact=value"):
        acts.from_words(["collect"], FACTS)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """P10: nothing but acts or ``InputError`` comes back."""
    try:
        assert all(isinstance(act, dict) for act in read(text))
    except InputError as error:
        assert error.remedy
