"""Law files out: the one YAML style in which the project's law files are written.

``dump`` is the inverse of the loader: loading what it returns gives the value back (promise P5).
Short things (ids, app items, examples of calculators, clocks and records) go on one line, everything else in
blocks.
"""

import datetime
from typing import Any

import msgspec
import yaml

from shouxin.law.model import Shape

_ONE_LINE = {"mechanism", "sanctioned_by", "refers_to", "issued_by", "provisions_concerned"}
_EXAMPLE = {"given", "start", "made"}
_WIDTH = 120


class _Flow(list[Any]):
    """A list written in brackets."""


class _FlowMap(dict[str, Any]):
    """A mapping written in braces."""


class _Dumper(yaml.SafeDumper):
    """Safe YAML with indented lists and no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent the items of a list below its key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write a value out each time it occurs."""
        return True


_Dumper.add_representer(
    _Flow, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)
_Dumper.add_representer(
    _FlowMap, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Quote what YAML takes for a line break, and leave the style of all other text to the emitter."""
    style = '"' if any(char in text for char in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(value: Shape | tuple[Shape, ...], *, schema: str = "") -> str:
    """Return ``value`` as the text of a law file; ``schema`` is the path editors find the schema at."""
    plain = msgspec.to_builtins(value, builtin_types=(datetime.date,))
    header = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    body = yaml.dump(_styled(plain), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return header + body


def _styled(value: Any, key: str = "") -> Any:
    """Return ``value`` with its short parts marked for one line."""
    if isinstance(value, list | tuple):
        styled = [_styled(item) for item in value]
        short = key in _ONE_LINE or (
            styled and all(isinstance(item, str) and "_" in item[:8] for item in styled)
        )
        return _Flow(styled) if short or not styled else styled
    if isinstance(value, dict):
        styled_map = {name: _styled(item, name) for name, item in value.items()}
        short = set(value) <= {"key", "label", "condition"} or not _EXAMPLE.isdisjoint(value)
        return _FlowMap(styled_map) if short else styled_map
    return value
