"""Any token-classification model of Hugging Face as one more finder: bring transformers and a model."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from shouxin.detect.kinds import NUMBER
from shouxin.detect.spans import Spans
from shouxin.errors import InputError

Pipeline = Callable[[Sequence[str]], Iterable[Sequence[Mapping[str, Any]]]]
"""What ``transformers.pipeline("token-classification", aggregation_strategy="simple")`` returns."""

LABELS: Final = {
    "PER": "person_name", "PERSON": "person_name", "NAME": "person_name", "NR": "person_name",
    "LOC": "address", "LOCATION": "address", "ADDRESS": "address", "GPE": "address", "NS": "address",
    "ORG": "organisation", "ORGANIZATION": "organisation", "COMPANY": "organisation", "NT": "organisation",
}  # fmt: skip
"""What the usual labels mean here; labels of a model that are not named are left out."""

_WINDOW: Final = 400
_SENTENCE: Final = re.compile(r"[。！？!?\n；;]+")


class TokenClassifier:
    """Runs a model over a text sentence by sentence, as ``spans`` like every other finder.

    ``labels`` says which kind a label of the model is. Scores are the model's own.
    """

    def __init__(self, pipeline: Pipeline, labels: Mapping[str, str] = LABELS) -> None:
        unknown = sorted(set(labels.values()) - NUMBER.keys())
        if unknown:
            raise InputError(
                "detect-kind", f'there is no kind "{unknown[0]}"', remedy="see `shouxin detect --list`"
            )
        self._pipeline = pipeline
        self._labels = {label.upper(): NUMBER[kind] for label, kind in labels.items()}

    @classmethod
    def load(cls, model: str, labels: Mapping[str, str] = LABELS) -> "TokenClassifier":
        """Load a model by its name or folder. Raises InputError ``model-unavailable``."""
        try:
            from transformers import pipeline  # type: ignore[import-not-found]

            made = pipeline("token-classification", model=model, aggregation_strategy="simple")
        except (ImportError, OSError, ValueError) as problem:
            raise InputError(
                "model-unavailable",
                f"the model cannot be loaded ({type(problem).__name__})",
                remedy="pip install transformers torch, and give a token-classification model you have",
            ) from None
        return cls(made, labels)

    def spans(self, text: bytes) -> Spans:
        """Return what the model finds in a text in UTF-8, by bytes."""
        words = text.decode("utf-8", "replace")
        parts = list(_parts(words))
        found: list[tuple[int, int, int, float]] = []
        for (origin, part), entities in zip(parts, self._pipeline([part for _, part in parts]), strict=True):
            for entity in entities:
                label = str(entity.get("entity_group") or entity.get("entity", ""))
                kind = self._labels.get(label.removeprefix("B-").removeprefix("I-").upper())
                if kind is not None and entity["start"] < entity["end"] <= len(part):
                    found.append((kind, origin + entity["start"], origin + entity["end"], entity["score"]))
        found.sort(key=lambda span: (span[1], span[2]))
        at = np.concatenate(
            ([0], np.cumsum([len(char.encode("utf-8", "replace")) for char in words], dtype=np.int64))
        )
        columns = list(zip(*found, strict=True)) or [(), (), (), ()]
        starts, ends = (at[np.array(columns[side], np.int64)] for side in (1, 2))
        return Spans(np.array(columns[0], np.uint8), starts, ends, np.array(columns[3], np.float32))


def _parts(words: str) -> Iterator[tuple[int, str]]:
    """Cut a text into sentences, and what is longer than a model reads into windows."""
    start = 0
    ends = [match.end() for match in _SENTENCE.finditer(words)] + [len(words)]
    last = 0
    for end in ends:
        if end - start > _WINDOW and last > start:
            yield start, words[start:last]
            start = last
        while end - start > _WINDOW:
            yield start, words[start : start + _WINDOW]
            start += _WINDOW
        last = end
    if start < len(words):
        yield start, words[start:]
