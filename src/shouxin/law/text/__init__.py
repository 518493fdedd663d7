"""Reading statutes as people have them: bytes and text in, units with eIds out.

The method, in the order of the work:

1. ``decode`` turns bytes into text, and refuses what it would have to guess.
2. ``layout`` makes a plain copy in which every character keeps its place, and cuts it into fragments
   at gaps: line breaks, empty lines, and in Chinese two or more blanks. In wrapped text a line break
   is no gap.
3. ``chinese`` and ``western`` mark where a numbered unit may begin; ``sequence`` keeps the articles
   whose numbers run on, so that a citation is not taken for a heading and a missing article is
   reported, not renumbered.
4. ``regions`` cuts front, contents, body and tail; ``outline`` builds the tree of the body as offsets;
   ``front`` and ``western_front`` name what is beside it; ``units`` spells the eIds.
5. ``match`` lays the units on the register, ``diff`` compares two texts.

Only offsets are handled until the end, so the units, asides and unplaced pieces tile the input. Every
scan is linear in the length of the text. Nothing is corrected: an OCR slip stays as it is printed.
"""

from shouxin.law.text.decode import LIMIT, decode
from shouxin.law.text.diff import diff, provisions
from shouxin.law.text.match import match
from shouxin.law.text.model import (
    Aside,
    Change,
    Matched,
    Placed,
    RegisterInstrument,
    Span,
    Statute,
    Unit,
)
from shouxin.law.text.read import read_statutes

__all__ = [
    "LIMIT",
    "Aside",
    "Change",
    "Matched",
    "Placed",
    "RegisterInstrument",
    "Span",
    "Statute",
    "Unit",
    "decode",
    "diff",
    "match",
    "provisions",
    "read_statutes",
]
