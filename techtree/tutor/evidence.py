"""What of an answer can count as evidence: words that are in it and are about the question."""

import re

LONGEST = 6_000
"""Characters. More is no answer to a question of a lesson, and a good place to hide things in."""
SHORTEST_QUOTE = 2
"""Characters: `no` may be all there is to quote."""


def is_quoted(quote: str, answer: str) -> bool:
    """Whether the quote stands in the answer, spacing and typographic marks aside."""
    words = _flat(quote)
    return len(words) >= SHORTEST_QUOTE and words in _flat(answer)


def without_orders(text: str) -> str:
    """The text without the sentences that tell whoever grades how to grade.

    A model never sees them. No list of such sentences is complete; it is one guard of several.
    """
    sentences = re.findall(r"(?s).+?(?:[.!?]+(?=\s|$)|\n|$)", text)
    return "".join(sentence for sentence in sentences if not ORDERS.search(sentence))


ORDERS = re.compile(
    r"""(?ix)
    \b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}
        \b(?:instruction|rubric|prompt|rule|above|previous|prior|criteri|everything)
  | \b(?:ignorier\w*|vergiss|ignora\w*|ignore[zr]|oublie[zr]?|olvida|игнорируй\w*)\b
  | \b(?:full|maximum|perfect|top)\s+(?:marks?|points?|scores?|credit|grades?)\b
  | \b(?:give|award|deserve|get|score)s?\b.{0,20}\ball\s+(?:marks|points|credit)\b
  | \b(?:volle|alle)\s+punkt|\btous\s+les\s+points\b|\bpuntuaci[oó]n\s+m[aá]xima\b
  | \b(?:mark|grade|score|rate|judge|evaluate|count|treat|accept)\b.{0,30}
        \b(?:this|it|me|my|answer|everything|all)\b.{0,40}
        \b(?:correct|right|met|true|100|1\.0|pass(?:ed)?|fulfilled|complete)\b
  | \b(?:met|correct)["']?\s*[:=]\s*["']?(?:true|1)
  | \bscore["']?\s*[:=]
  | \bconfidence["']?\s*[:=]
  | \ball\s+(?:the\s+)?criteria\b
  | \bevery\s+criterion\b
  | \bcriterion\s+\d+\s+(?:is|was)\s+met\b
  | \b(?:system|developer|assistant)\s*(?:message|prompt|:|>)
  | \bas\s+(?:an?|the|your)\s+(?:ai|model|grader|teacher|administrator|developer)\b
  | \byou\s+(?:are|must|should|will|have)\b.{0,30}\b(?:grad|mark|award|give|correct|approve|output)
  | \bnew\s+(?:instruction|task|rule)s?\b
  | <<<|>>>|<\|
    """
)


def repeats(answer: str, question: str) -> bool:
    """Whether the answer only gives back words of the question."""
    words = _flat(answer)
    return len(words) > 15 and words in _flat(question)


def _flat(text: str) -> str:
    text = text.casefold().translate(MARKS)
    return " ".join(text.split()).strip(" .,;:!?\"'…")


MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})
