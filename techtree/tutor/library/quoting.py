"""Answering a learner with quotations from the course."""

from collections.abc import Iterator

from techtree.languages import gettext as _, marked
from techtree.tutor.author import ReplyBrief
from techtree.tutor.library.passages import Index, Passage, meaningful

QUOTED = marked("""\
These are quotations from the course, not a tutor's own words. They come closest to your \
question.""")

NOTHING = marked("""\
I found nothing in this course that answers this. I can only quote the course; there is no tutor \
here who could answer in other words.""")

NOTHING_MORE = marked("""\
I found nothing more about this in the course. I can only quote the course; there is no tutor \
here who could answer in other words.""")

SUGGESTED = 4
"""How many terms of the lesson to name when nothing was found."""


def quote(brief: ReplyBrief, index: Index, own: str) -> str:
    """The Markdown of a reply; `own` is the slug of the lesson that the learner is reading."""
    said = [turn.text for turn in brief.history if turn.role == "tutor"]
    question = _full_question(brief)
    passages = index.best(question, own, said)
    if passages:
        return "\n\n".join([_(QUOTED), *_quotations(passages, own)]) + "\n"
    repeated = index.best(question, own)
    return f"{_(NOTHING_MORE if repeated else NOTHING)}\n\n{_suggestion(brief, index, own)}\n"


def _full_question(brief: ReplyBrief) -> str:
    """The question, or for one like “And why?” the one before it that said about what."""
    asked = [turn.text for turn in brief.history if turn.role == "learner"]
    return next((text for text in (brief.question, *reversed(asked)) if meaningful(text)), "")


def _quotations(passages: list[Passage], own: str) -> Iterator[str]:
    """The passages, the best first; those under one heading together and in reading order."""
    together: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        together.setdefault((passage.lesson, passage.heading), []).append(passage)
    for (lesson, heading), found in together.items():
        if lesson == own and heading:
            where = _("From this lesson, under “{heading}”:")
        elif lesson == own:
            where = _("From this lesson:")
        elif heading:
            where = _("From the lesson *{title}*, under “{heading}”:")
        else:
            where = _("From the lesson *{title}*:")
        found.sort(key=lambda passage: passage.position)
        quoted = "\n\n".join(passage.text for passage in found)
        where = where.format(title=found[0].title, heading=heading)
        yield f"{where}\n\n{_as_quotation(quoted)}"


def _as_quotation(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _suggestion(brief: ReplyBrief, index: Index, own: str) -> str:
    """What could be asked instead, in words that the search will find."""
    concepts = [name for name in brief.lesson.teaches if index.best(name, own)]
    explained = [
        term for passage in index.passages if passage.lesson == own for term in passage.defines
    ]
    names = list({name.casefold(): name for name in [*concepts, *explained]}.values())[:SUGGESTED]
    if not names:
        return _("Ask with the words that the lesson uses.")
    listed = _(", ").join(f"“{name}”" for name in names)
    return _("Ask with the words that the lesson uses, for example about {listed}.").format(
        listed=listed
    )
