"""Our recognisers inside Presidio: Chinese by one import. Needs ``shouxin[presidio]``.

>>> from presidio_analyzer import AnalyzerEngine
>>> from shouxin.detect.presidio import chinese_engine
>>> engine = chinese_engine()
>>> [result.entity_type for result in engine.analyze("请拨打13800138000", language="zh")]
['PHONE_NUMBER']
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from shouxin.detect.kinds import KINDS
from shouxin.detect.scanner import MIN_SCORE, Scanner

_PRESIDIO: Final = {
    "mobile": "PHONE_NUMBER", "landline": "PHONE_NUMBER", "phone_hmt": "PHONE_NUMBER",
    "phone_abroad": "PHONE_NUMBER", "email": "EMAIL_ADDRESS", "bank_card": "CREDIT_CARD",
    "ipv4": "IP_ADDRESS", "ipv6": "IP_ADDRESS", "mac": "MAC_ADDRESS", "birth_date": "DATE_TIME",
    "person_name": "PERSON", "address": "LOCATION", "organisation": "ORGANIZATION", "url_token": "URL",
}  # fmt: skip

ENTITIES: Final = {kind: _PRESIDIO.get(kind, f"CN_{kind.upper()}") for kind in KINDS}
"""What each kind is called there: Presidio's own name where it has one, else ``CN_`` and ours."""


NAME: Final = "Shouxin"


class ShouxinRecognizer(EntityRecognizer):
    """Every kind that we find, in one pass over the text, as one recogniser."""

    def __init__(
        self, kinds: Iterable[str] | None = None, *, min_score: float = MIN_SCORE, language: str = "zh"
    ) -> None:
        """Take the kinds to report, all of them by default; errors as ``Scanner``."""
        wanted = list(KINDS if kinds is None else kinds)
        self._scanner = Scanner(wanted, min_score=min_score)
        names = sorted({ENTITIES[kind] for kind in wanted})
        super().__init__(supported_entities=names, supported_language=language, name=NAME)

    def load(self) -> None:
        """Load nothing: the tables come with the first text."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:  # noqa: ARG002
        """Return what is found of the entities asked for; the offsets count characters."""
        return [
            RecognizerResult(
                entity_type=ENTITIES[found.type],
                start=found.start,
                end=found.end,
                score=found.score,
                analysis_explanation=AnalysisExplanation(
                    recognizer=NAME, original_score=found.score, textual_explanation=found.type
                ),
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: NAME,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                    "kind": found.type,
                },
            )
            for found in self._scanner.scan(text)
            if ENTITIES[found.type] in entities
        ]


class NoModel(NlpEngine):
    """Presidio's language model for those who need none: our recogniser reads the text itself."""

    def load(self) -> None:
        """Load nothing."""

    def is_loaded(self) -> bool:
        """Return that it is ready."""
        return True

    def get_supported_languages(self) -> list[str]:
        """Return Chinese."""
        return ["zh"]

    def get_supported_entities(self) -> list[str]:
        """Return nothing: it finds nothing."""
        return []

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002
        """Return no words."""
        return NlpArtifacts([], cast("Any", []), [], [], self, language)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Return no words for each text."""
        del batch_size, n_process
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Tell nothing of words."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Tell nothing of words."""
        return False


def chinese_engine(kinds: Iterable[str] | None = None, *, min_score: float = MIN_SCORE) -> AnalyzerEngine:
    """Return a Presidio engine for Chinese that needs no language model.

    To an engine of your own add ``engine.registry.add_recognizer(ShouxinRecognizer())``.
    """
    registry = RecognizerRegistry([ShouxinRecognizer(kinds, min_score=min_score)], supported_languages=["zh"])
    return AnalyzerEngine(registry=registry, nlp_engine=NoModel(), supported_languages=["zh"])
