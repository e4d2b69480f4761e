"""Nothing that prose brings along can run, load, submit, or be mistaken for part of the page."""

from html.parser import HTMLParser

import pytest

from techtree.prose import ProseStream, render
from techtree.prose.sanitising import sanitise

_BARE = """
blockquote br code em figcaption figure h2 h3 h4 h5 h6 hr li p s strong table tbody thead tr ul
"""
_ALLOWED = {
    "a": {"href", "title", "rel"},
    "div": {"class", "data-tex", "tabindex"},
    "img": {"src", "alt", "loading", "title"},
    "ol": {"start"},
    "pre": {"class", "data-language", "tabindex"},
    "span": {"class", "data-tex"},
    "td": {"class"},
    "th": {"class"},
} | {tag: set[str]() for tag in _BARE.split()}

_PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<style>*{background:url(//evil.example)}</style>",
    "<div hx-get=/sign-out hx-trigger=load>",
    "<p hx-on:load=alert(1) data-hx-post=/guest>",
    "<hx-upsert hx-target=#content><p id=content>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<p id=chat-form style=position:fixed name=x class=danger>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A&#x61&#x76&#x61script:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](<\x01javascript:alert(1)>)",
    "[x](%6aavascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](/lessons/../sign-out)",
    "[x](/lessons/%2e%2e/sign-out)",
    "[x](/sign-out)",
    "[x](/lessons//evil.example\\@x)",
    "[x](https:/\\evil.example)",
    '[x](http://a.example "t" onmouseover="alert(1)")',
    "[x](http://a.example '\" onmouseover=alert(1) x=\"')",
    '[x](http://a.example/"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<http://a.example/\"onmouseover='alert(1)'>",
    "![x](javascript:alert(1))",
    "![x](http://evil.example/pixel.png)",
    "![x](/library/../sign-out?.png)",
    "![x](/library/a.svg?x=.png#.html)",
    "![x](//library/a.png)",
    '![" onerror="alert(1)](/library/a.png)',
    '![x](/library/a.png "\\" onload=\\"alert(1)")',
    "![<img src=x onerror=alert(1)>](/x.png)",
    '$"><script>alert(1)</script>_x$',
    "$$\n' onmouseover='alert(1)\n\"onclick=alert(1)>\n$$",
    r"\(\href{javascript:alert(1)}{x}\)",
    '```"><script>alert(1)</script>\nx\n```',
    '```js" onclick="alert(1)\n</code></pre><script>alert(1)</script>\n```',
    "```html\n<script>alert(1)</script><img src=x onerror=alert(1)>\n```",
    "    </code></pre><script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "# <h1 id=lesson-content-area onclick=alert(1)>",
    "[<img src=x onerror=alert(1)>](http://a.example)",
    "**<b onclick=alert(1)>**",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\ufeff<script\0>alert(1)</script\0>",
]


@pytest.mark.parametrize("payload", _PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "- {}", "> {}", "text {} text", "{}\n\n{}"])
def test_a_payload_becomes_harmless(payload: str, frame: str) -> None:
    for block in render(frame.replace("{}", payload)):
        _Inspector().inspect(block.html)


@pytest.mark.parametrize("payload", _PAYLOADS)
def test_a_payload_is_harmless_at_every_cut(payload: str) -> None:
    stream = ProseStream()
    for character in payload:
        stream.feed(character)
        for block in stream.changed():
            _Inspector().inspect(block.html)


@pytest.mark.parametrize("payload", _PAYLOADS)
def test_the_last_gate_holds_alone(payload: str) -> None:
    _Inspector().inspect(sanitise(payload))


@pytest.mark.parametrize("href", ["/sign-out", "//evil.example", "/lessons/../sign-out", "x"])
def test_the_last_gate_judges_addresses_itself(href: str) -> None:
    assert sanitise(f'<a href="{href}">x</a>') == "<a>x</a>"


@pytest.mark.parametrize(
    "bad",
    [
        "<script></script>",
        "<p id='x'>",
        "<a href='javascript:x'>",
        "<div hx-get='/'>",
        "<img src='/x.png'>",
    ],
)
def test_the_inspector_sees_what_is_harmful(bad: str) -> None:
    with pytest.raises(AssertionError):
        _Inspector().inspect(bad)


@pytest.mark.parametrize(
    "href", ["http://a.example/", "https://a.example/?q=1#x", "mailto:a@b.example"]
)
def test_a_link_that_leaves_says_so_to_robots(href: str) -> None:
    (block,) = render(f"[x]({href})")
    assert block.html == f'<p><a href="{href}" rel="nofollow noopener">x</a></p>'


@pytest.mark.parametrize("href", ["/lessons/1", "/library/algebra", "#part"])
def test_a_link_within_the_site_is_kept(href: str) -> None:
    assert render(f"[x]({href})")[0].html == f'<p><a href="{href}">x</a></p>'


def test_a_refused_link_keeps_its_text() -> None:
    assert render("[*read* on](javascript:alert(1))")[0].html == "<p><em>read</em> on</p>"


class _Inspector(HTMLParser):
    """Fails on any element, attribute or address outside the list above."""

    def inspect(self, html: str) -> None:
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ALLOWED, tag
        for name, value in attrs:
            assert name in _ALLOWED[tag], (tag, name)
            if name == "href":
                prefixes = ("http://", "https://", "mailto:", "#", "/lessons/", "/library/")
                assert value is not None
                assert value.lower().startswith(prefixes), value
                assert not any(part in value.lower() for part in ("..", "%2e%2e", "\\")), value
            if name == "src":
                assert value is not None
                assert value.startswith("/library/"), value
                assert value.endswith((".svg", ".png", ".webp")), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)
