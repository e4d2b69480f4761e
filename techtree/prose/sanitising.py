"""The last gate before the page: only what is listed here gets through."""

import nh3
from markupsafe import Markup

from techtree.prose.addresses import is_image, is_link
from techtree.prose.highlighting import CLASSES


def sanitise(html: str) -> Markup:
    """Drop every element, attribute, class and address that prose has no use for."""
    return Markup(_cleaner.clean(html))  # noqa: S704 - this is where text becomes safe


def _judge_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if is_link(value) else None
    if attribute == "src":
        return value if is_image(value) else None
    return value


_TEXT = {"a", "br", "code", "em", "s", "span", "strong"}
_BLOCKS = {"blockquote", "div", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
_TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
_FIGURES = {"figcaption", "figure", "img"}
_ALIGNMENTS = {"align-left", "align-center", "align-right"}
_MATHS = {"math", "math-display", "math-pending"}

_cleaner = nh3.Cleaner(
    tags=_TEXT | _BLOCKS | _TABLES | _FIGURES,
    attributes={
        "a": {"href", "title"},
        "div": {"data-tex"},
        "img": {"src", "alt", "title"},
        "ol": {"start"},
        "pre": {"data-language"},
        "span": {"data-tex"},
    },
    tag_attribute_values={
        "a": {"rel": {"nofollow noopener"}},
        "div": {"tabindex": {"0"}},
        "img": {"loading": {"lazy"}},
        "pre": {"tabindex": {"0"}},
    },
    allowed_classes={
        "div": {*_MATHS, "table-scroll"},
        "pre": {"code"},
        "span": {*_MATHS, *CLASSES},
        "td": _ALIGNMENTS,
        "th": _ALIGNMENTS,
    },
    attribute_filter=_judge_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
