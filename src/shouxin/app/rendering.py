"""The templates: where they are found, and the words that every template may use.

A template speaks through ``t("nav.law")`` and ``label("group", word)`` in the language of the request,
``say(words)`` marks a text with the language it is really written in, and ``place``, ``when``,
``bounds``, ``day``, ``number``, ``law_link`` and ``law_word`` put ids and figures into words. ``who()`` is
the one who reads, and ``form_token()`` stands in every form that changes something. ``kept(…)`` remembers
a piece that is the same for all readers. ``query`` makes parameters the end of an address,
``filter_of(place, asked)`` those of a list alone, ``saved_filters(place)`` is what the reader keeps
for it, ``deleted_filters(place)`` what can come back.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import BaseLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from markupsafe import Markup

from shouxin.app import assets, languages, navigation, reasons, wording
from shouxin.app import help as pages
from shouxin.app.catalogue import LANGUAGES, Catalogue, catalogue, spoken
from shouxin.app.citing import law_link, law_word
from shouxin.app.fragments import Fragments
from shouxin.app.methods import needed
from shouxin.duties.access import cookies
from shouxin.duties.access.service import Principal
from shouxin.duties.filters.model import SavedFilter, asked, normal
from shouxin.law.model import Parameter, Words


class _Prefixes(PrefixLoader):
    """Folders behind prefixes; a template keeps its prefix in its name, by which its explanation is found."""

    load = BaseLoader.load


def engine(
    folders: Mapping[str, str], entries: Sequence[tuple[str, str]]
) -> TemplateConfig[JinjaTemplateEngine]:
    """Return the template engine.

    ``folders`` maps a prefix, ``library``, to the folder behind it; ``entries`` are the places of the
    navigation, each an address and the key of its phrase.
    """
    prefixes = _Prefixes({name: FileSystemLoader(folder) for name, folder in folders.items()})
    environment = Environment(
        loader=prefixes,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups, known = navigation.grouped(entries), dict(entries)
    environment.globals.update(
        _globals(),
        navigation=groups,
        standing_in_places=partial(navigation.stands, groups),
        strangers=navigation.public(entries),
        finds="/search" in known,
        kept=pass_context(partial(_kept, Fragments())),
        keys_to_places=[(key, at, known[at]) for key, at in navigation.KEYS.items() if at in known],
    )
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))


def _globals() -> dict[str, Any]:
    return {
        "asset": assets.address,
        "languages": LANGUAGES,
        "language": pass_context(_language),
        "t": _in_language(Catalogue.phrase),
        "label": _in_language(Catalogue.label),
        "number": _in_language(Catalogue.number),
        "place": _in_language(wording.place),
        "law_link": _in_language(law_link),
        "law_word": _in_language(law_word),
        "when": _in_language(wording.when),
        "duration": _in_language(wording.duration),
        "amount": _in_language(wording.amount),
        "bounds": _in_language(_bounds),
        "day": _in_language(_day),
        "say": _in_language(_say),
        "english": _in_language(_english),
        "told": _in_language(_told),
        "here": pass_context(_here),
        "query": asked,
        "filter_of": normal,
        "saved_filters": pass_context(_saved_filters),
        "deleted_filters": pass_context(_deleted_filters),
        "helped": pass_context(_helped),
        "reasoned": pass_context(_reasoned),
        "who": pass_context(_who),
        "lets_in": pass_context(_lets_in),
        "open_to_reader": pass_context(_open_to_reader),
        "any_open": pass_context(_any_open),
        "form_token": pass_context(_form_token),
        "language_name": lambda code: catalogue(code).phrases["language.name"],
    }


def _in_language(function: Callable[..., Any]) -> Any:
    """Return a template function whose first argument is the catalogue of the request."""

    @pass_context
    def bound(context: Context, *args: Any, **values: Any) -> Any:
        return function(_language(context), *args, **values)

    return bound


def _language(context: Context) -> Catalogue:
    return languages.chosen(context["request"].scope)


def _day(language: Catalogue, day: datetime.date) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), language.date(day))


def _say(language: Catalogue, words: Words) -> Markup:
    return _marked(language, *spoken(words, language.code))


def _english(language: Catalogue, text: str) -> Markup:
    """Return a text that the law files hold in one language only: English, or a Chinese name."""
    latin = sum(char.isascii() and char.isalpha() for char in text)
    chinese = sum("\u3400" <= char <= "\u9fff" for char in text)
    return _marked(language, text, "zh" if 2 * chinese > latin else "en")


def _told(language: Catalogue, problem: Any) -> Markup:
    """Return what is wrong, in general in the language of the page; the particulars are English."""
    what = problem.what if hasattr(problem, "what") else problem.message
    particulars = Markup(". ").join(_english(language, text) for text in (what, problem.remedy) if text)
    general = "" if language.code == "en" else language.labels["error"].get(problem.code, "")
    if not general:
        return particulars
    return Markup('{} <span class="particulars">{}</span>').format(general, particulars)


def _bounds(language: Catalogue, parameter: Parameter) -> Iterable[str]:
    return list(wording.bounds(language, parameter))


def _marked(language: Catalogue, text: str, written: str) -> Markup:
    if written == language.code:
        return Markup.escape(text)
    return Markup('<span lang="{}">{}</span>').format(LANGUAGES[written], text)


def _helped(context: Context, body: Markup) -> Markup:
    """Return the page that is shown with the words that explain it and the reasons of its fields."""
    return _reasoned(context, pages.helped(_language(context), context.name or "", body))


def _reasoned(context: Context, body: Markup) -> Markup:
    """Return a page whose fields say why they are asked for."""
    return reasons.reasoned(_language(context), context.name or "", body)


def _who(context: Context) -> Principal | None:
    """Return who reads the page, None for a stranger."""
    found: Principal | None = context["request"].scope.get("user")
    return found


def _saved_filters(context: Context, place: str) -> Sequence[SavedFilter]:
    """Return the filters that the reader keeps for the list at an address."""
    saved = context["request"].app.saved
    return saved.all(_who(context), place) if saved else ()


def _deleted_filters(context: Context, place: str) -> Sequence[SavedFilter]:
    """Return the filters of a list that the reader deleted and can have back."""
    saved = context["request"].app.saved
    return saved.deleted(_who(context), place) if saved else ()


def _lets_in(context: Context) -> bool:
    """Tell whether one can sign in here."""
    return context["request"].app.access is not None


def _open_to_reader(context: Context, address: str) -> bool:
    """Tell whether a place of the navigation is public, or open to who reads the page."""
    needs, who = needed(context["request"].app).get(address, ""), _who(context)
    return not needs or (who is not None and who.may(needs))


def _any_open(context: Context, entries: Sequence[tuple[str, str]]) -> bool:
    """Tell whether one of some places is open to who reads the page."""
    return any(_open_to_reader(context, address) for address, _ in entries)


def _form_token(context: Context) -> Markup:
    """Return the hidden field that every form which changes something sends along."""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(cookies.FIELD, cookies.expected(context["request"]))


def _kept(fragments: Fragments, context: Context, *of: str, caller: Callable[[], Markup]) -> Markup:
    """Return what a ``call`` block holds, rendered once for each language and what it depends on."""
    return fragments.of((context.name or "", _language(context).code, *of), caller)


def _here(context: Context, code: str) -> str:
    """Return the address of this page in another language, with everything else it was asked.

    The page of an error repeats nothing of that.
    """
    asked = (
        "" if "nothing_repeated" in context else context["request"].scope["query_string"].decode("latin-1")
    )
    pairs = [pair for pair in parse_qsl(asked, keep_blank_values=True) if pair[0] != "lang"]
    return "?" + urlencode([*pairs, ("lang", code)])
