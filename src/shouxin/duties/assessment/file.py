"""The file of an assessment: YAML or JSON in, the content out."""

import msgspec

from shouxin.duties.assessment.model import Content
from shouxin.errors import InputError, LawError
from shouxin.law.yamltext import parse


def read(text: bytes, *, where: str) -> Content:
    """Return what a file says; raise ``InputError`` (assessment-unreadable)."""
    try:
        plain, _ = parse(text.decode("utf-8"), where=where)
        return msgspec.convert(plain, Content)
    except LawError as error:
        what, place = error.what, error.where
    except (UnicodeDecodeError, msgspec.ValidationError, ValueError, RecursionError) as error:
        what, place = (str(error).splitlines() or ["it is no such file"])[0][:200], where
    raise InputError(
        "assessment-unreadable",
        f"this is no assessment: {what}",
        where=place,
        remedy="see docs/assessments.md",
    ) from None
