"""What all shapes of the law files share: immutability, strict keys, words in three languages."""

from typing import Annotated

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$")]


class Shape(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """Common habits of all shapes: immutable, strict about keys, silent about defaults.

    None can come to hold itself, so the collector of garbage need not look for that.
    """


class Words(Shape, frozen=True, kw_only=True):
    """One text in the project's languages; a file of somebody's own may leave Spanish out."""

    zh: Text
    en: Text
    es: str = ""

    def text(self, language: str) -> str:
        """Return the text in ``language`` ("zh", "en", "es"), or in English where it is missing."""
        return {"zh": self.zh, "es": self.es}.get(language) or self.en

    def language(self, wanted: str) -> str:
        """Return the language in which ``text(wanted)`` is written."""
        return wanted if wanted == "zh" or (wanted == "es" and self.es) else "en"
