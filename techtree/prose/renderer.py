"""The HTML of what prose shows in its own way: code, tables, images and maths."""

import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from techtree.prose.highlighting import highlight

Tokens = Sequence[Token]
Environment = MutableMapping[str, Any]


class ProseRenderer(RendererHTML):
    """One method for each token type, named and called as the Markdown parser wants it."""

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        token = tokens[idx]
        language = _LANGUAGE.match(token.info.strip())
        return _code(token.content, language.group().lower() if language else "")

    def code_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        return _code(tokens[idx].content, "")

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        # What scrolls must be reachable by keyboard.
        return '<div class="table-scroll" tabindex="0"><table>\n'

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        return "</table></div>\n"

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        # The parser's own rule would write the label anew, marks and all.
        return self.renderToken(tokens, idx, options, env)

    def math_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        token = tokens[idx]
        return _formula("span", token.content, display=token.meta["display"])

    def math_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        token = tokens[idx]
        formula = _formula("div", token.content, display=True) if token.content else ""
        tail = token.meta["tail"]
        return f"{formula}<p>{tail}</p>" if tail else formula

    def math_pending(self, tokens: Tokens, idx: int, options: OptionsDict, env: Environment) -> str:
        tag = tokens[idx].tag
        return f'<{tag} class="math-pending">…</{tag}>'


def _code(code: str, language: str) -> str:
    attribute = f' data-language="{escapeHtml(language)}"' if language else ""
    html = highlight(code, language)
    return f'<pre class="code"{attribute} tabindex="0"><code>{html}</code></pre>\n'


def _formula(tag: str, tex: str, *, display: bool) -> str:
    """Maths for the browser to typeset; until it has, and where it can't, the source shows."""
    kind = "math math-display" if display else "math"
    source = escapeHtml(tex)
    return f'<{tag} class="{kind}" data-tex="{source}"><code>{source}</code></{tag}>'


_LANGUAGE = re.compile(r"[\w+#.-]{1,32}", re.ASCII)
