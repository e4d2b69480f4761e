"""Code, coloured on the server by classes."""

from functools import cache
from itertools import groupby

from markdown_it.common.utils import escapeHtml
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

CLASSES = frozenset(["k", "s", "c", "m", "o", "nf", "nc", "nb", "nd", "nt", "na", "gd", "gi", "gp"])
"""Pygments' short names of the token groups that have a colour.

In order: keyword, string, comment, number, operator; the names of a function, a class, a builtin,
a decorator, a tag and an attribute; a line taken out, a line put in, a prompt.
"""

LONGEST_CODE = 20_000
"""Characters; longer code is shown without colours."""

_NAMES = """
asm bash c clojure console cpp c++ csharp c# css dart diff docker dockerfile elixir erlang fortran
go golang graphql haskell hs html http ini java javascript js json jsx julia kotlin latex tex lisp
lua make makefile markdown matlab nasm nginx objective-c ocaml perl php powershell prolog protobuf
pycon python py python3 r rb ruby rust rs scala scheme sh shell sql swift toml ts tsx typescript
vhdl verilog xml yaml yml zig zsh
"""

# Lexers are regular expressions of very different care, and the text is not ours: only languages
# a lesson is likely to use get one.
LANGUAGES = frozenset(_NAMES.split())


def highlight(code: str, language: str) -> str:
    """Return code as HTML; plain if the language is not known or the code is very long."""
    lexer = _lexer(language) if language in LANGUAGES and len(code) <= LONGEST_CODE else None
    if lexer is None:
        return escapeHtml(code)
    pieces = ((_class(kind), text) for kind, text in lexer.get_tokens(code))
    return "".join(
        _span(name, "".join(text for _, text in run))
        for name, run in groupby(pieces, key=lambda piece: piece[0])
    )


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@cache
def _class(kind: _TokenType) -> str:
    """The class of the nearest group that has a colour, or none."""
    for ancestor in reversed(kind.split()):
        if STANDARD_TYPES.get(ancestor) in CLASSES:
            return STANDARD_TYPES[ancestor]
    return ""


def _span(name: str, text: str) -> str:
    html = escapeHtml(text)
    return f'<span class="{name}">{html}</span>' if name else html
