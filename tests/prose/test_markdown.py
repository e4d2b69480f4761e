"""What each kind of Markdown looks like on the page."""

import re

import pytest

from techtree.prose import render
from techtree.prose.highlighting import CLASSES, LANGUAGES, LONGEST_CODE, highlight
from techtree.prose.markdown import LONGEST_INLINE

_FIGURE = '<figure><img src="/library/a.webp" alt="axis" loading="lazy"></figure>'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# A", "<h2>A</h2>"),
        ("A\n===", "<h2>A</h2>"),
        ("## A", "<h2>A</h2>"),
        ("### A", "<h3>A</h3>"),
        ("###### A", "<h6>A</h6>"),
        ("~~a~~ **b** *c* `d`", "<p><s>a</s> <strong>b</strong> <em>c</em> <code>d</code></p>"),
        ('it\'s "so" `"a"`', '<p>it’s “so” <code>"a"</code></p>'),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("[a]: http://a.example", "<p>[a]: http://a.example</p>"),
        ("a\n\n---", "<p>a</p><hr>"),
        ("![an *axis*](/x.png)", "<p>an axis</p>"),
        (
            'see ![an *axis*](/library/a.svg "A")',
            '<p>see <img src="/library/a.svg" alt="an axis" loading="lazy" title="A"></p>',
        ),
        (
            '![axis](/library/a/b.png "The <axis>")',
            '<figure><img src="/library/a/b.png" alt="axis" loading="lazy">'
            "<figcaption>The &lt;axis&gt;</figcaption></figure>",
        ),
        ("![axis](/library/a.webp)", _FIGURE),
        ("    a < b", '<pre class="code" tabindex="0"><code>a &lt; b\n</code></pre>'),
        (
            "```Klingon extra\na < b\n```",
            '<pre class="code" data-language="klingon" tabindex="0"><code>a &lt; b\n</code></pre>',
        ),
    ],
)
def test_markdown_becomes(markdown: str, html: str) -> None:
    assert "".join(block.html for block in render(markdown)) == html


def test_a_table_scrolls_by_itself_and_aligns_by_class() -> None:
    (block,) = render("| a | b |\n|--:|---|\n| 1 | 2 |")
    assert block.html.startswith('<div class="table-scroll" tabindex="0"><table>')
    assert '<td class="align-right">1</td>\n<td>2</td>' in block.html
    assert "style" not in block.html


def test_an_endless_paragraph_is_shown_as_plain_text() -> None:
    (block,) = render("*a* " * LONGEST_INLINE)
    assert "<em>" not in block.html
    assert "*a* *a*" in block.html


def test_code_is_coloured_by_class() -> None:
    assert (
        highlight("return 1", "python") == '<span class="k">return</span> <span class="m">1</span>'
    )


def test_very_long_code_is_shown_without_colours() -> None:
    code = "return\n" * LONGEST_CODE
    assert highlight(code, "python") == code


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_shows_all_of_the_code_in_known_classes(language: str) -> None:
    code = "\n  if (a < 'b') { return 1; } // c\n# <tag at=\"x\"> \\frac{a}\n- old\n+ new\n\n"
    html = highlight(code, language)
    assert set(re.findall(r'class="(\w+)"', html)) <= CLASSES
    plain = re.sub(r"</?span[^>]*>", "", html)
    assert plain == highlight(code, "no such language")
