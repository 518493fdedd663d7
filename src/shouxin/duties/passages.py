"""A text in which words were found, as a duty hands it to the search over everything."""

from typing import NamedTuple


class Passage(NamedTuple):
    """What a text belongs to, by its key in the duty and what it is called, and the text itself."""

    key: str
    title: str
    text: str
