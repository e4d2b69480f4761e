"""Texts that are good, broken and hostile: what the laws of prose must hold for."""

LESSON = r"""# Rates of change

A car that covers $s(t) = t^2$ metres costs $5 an hour. Then

$$
v(t) = \lim_{h \to 0} \frac{s(t+h) - s(t)}{h}
$$

## Worked example

1. Expand $(t+h)^2$.

   Its middle term is $2th$.
2. Divide by $h$:

   $$2t + h \to 2t$$

| $t$ | $v$ |
|----:|:---:|
| 1   | `2` |

```python
def v(t: float) -> float:
    return 2 * t  # $ is no maths here
```

> Speed is a *limit*.
> Not a quotient.

- **Summary**: \(v = s'\)
- [Next](/lessons/2)
"""

BROKEN = [
    "",
    "\n\n \n\t\n",
    "a\n===\nb\n---\nc",
    "para\n- item\n-",
    "- a\n\n- b\n\n  c\n\nd\n- e",
    "1. a\n\n1) b\n\n   - c\n\n\n\nText",
    "- a\n\n    code in item\n\n    code\n\ntext",
    "* a\n+ b\n- c\n- - -\n* * *",
    "```py\nx\n\n``\n  ```\nafter",
    "~~~~\n```\n~~~\n~~~~\n~~~",
    "``` a`b\nno fence\n```",
    "```\nnever closed\n\n# no heading\n",
    "- ```\n  in item\n\n  still\nout\n\n```\n",
    "> ```\n> quoted\n\nout\n\n> $$\n> x\n\nout",
    "> a\nlazy\n\n> b\n>\n> - c\n\nd",
    "    code\n\n\n    code\n\n\nafter\n\tcode",
    "| a | b |\n|---|\n| c |",
    "text\n| a | b |\n|---|---|\n| c |\ntext\n\nd",
    "| a |\n|---|\n| $|x|$ |\n\n|",
    "$$\nx\n$$\n$$y$$\ntext $$z$$ text",
    "$$\nx = 1\n\nThis goes on.\n\n$$\ny\n$$\n",
    "$$\na\n\nb\n\n$$ tail $c$\n\n$$ d\n# H\n",
    "- $$\n  x\n\n  y\n- b\n\n$$\n",
    "$$$\n$$$$\n$$$$$\n\n$$ $$\n",
    "a $x\ny$ b $\n\n$5 and $6, US$7-US$8 $100 (US$ 120)",
    r"\(a\) \[b_1\] \[note\] \(open" + "\n\n\\[\nx\n\\]\n\\[y^2\\]\n\\[note\\]\n",
    r"\$5 \\$x$ \\\$ $\$$ \\",
    "**bold *both\n\n`code ``x` [link](/lessons/1 [a][b]\n\n[b]: http://x\n",
    "![a](/library/a.svg)\n![b](/x.png)\n\n![c](/library/c.png 't')",
    "<div>\n\nhtml\n\n</div>\n<!-- x\n\n--> <script>",
    "a\r\nb\r\r\n\r\n- c\r- d\r",
    "nul \0 lone \ud800 pair \ud83d\ude00 low \udc00\ud83d",
    "\ufeff# bom\n\u2028line\u2029\x0b\x0c\x85\n\n\xa0\n",
    ">" * 40 + " deep\n\nafter",
    "- 1. " * 20 + "deep\n\nafter",
    "\n".join("  " * depth + "- x" for depth in range(24)) + "\n\nafter",
    "[" * 40 + "![" * 20 + "]" * 40,
    "\\",
    "#\n##\n# \n####### x\n#x\n",
    "&#0; &#x110000; &amp &quot; &#106;",
]
