"""What a chat message wants: an answer of the tutor, a task, or to answer the active task."""

import re

from techtree.tutor.author import Author, Intent, IntentBrief, Purpose, TutorError

ASKING_INTENT = Purpose("intent")


async def intent_of(
    author: Author, message: str, *, task: str = "", purpose: Purpose = ASKING_INTENT
) -> Intent:
    """By plain signs where there are any, else by the author.

    `task` is the text of the active task, empty when there is none. Never raises: a model that
    fails means that the message is taken as a question.
    """
    found = by_signs(message, has_task=bool(task))
    if found is not None:
        return found
    try:
        wanted = await author.intent(IntentBrief(message, task, purpose))
    except TutorError:
        return Intent.ASK
    return wanted if task or wanted is not Intent.ANSWER else Intent.ASK


def by_signs(message: str, *, has_task: bool) -> Intent | None:
    """The intent that the words themselves show; None when they don't."""
    text = " ".join(message.casefold().split())
    if WANTS_ASSESSMENT.search(text):
        return Intent.ASSESSMENT
    if WANTS_EXERCISE.search(text):
        return Intent.EXERCISE
    if not has_task:
        return Intent.ASK
    if ASKS.search(text):
        return Intent.ASK
    if ANSWERS.search(text) or IS_MATHS.fullmatch(text):
        return Intent.ANSWER
    return None


def likeliest(message: str, *, has_task: bool) -> Intent:
    """The signs alone, for an author that can't classify: with a task, a statement answers it."""
    return by_signs(message, has_task=has_task) or Intent.ANSWER


WISH = r"(?:give|show|set|get|make|write|want|need|like|have|try|do|let'?s|another|next|new|please)"
WANTS_ASSESSMENT = re.compile(
    rf"(?x) \b(?:{WISH})\b [^?.!]{{0,30}} \b(?:assess(?:ment)?|test|exam)\b (?!\s+(?:case|of|for))"
    r" | \b(?:test|assess|examine|quiz)\ (?:me|my\ )"
    r" | ^(?:an?\ )?(?:assessment|test)\W*(?:please)?\W*$"
)
WANTS_EXERCISE = re.compile(
    rf"(?x) \b(?:{WISH})\b [^?.!]{{0,30}}"
    r" \b(?:exercise|practice|practise|problem\ to|task|drill)s?\b"
    r" | ^(?:an?\ )?(?:another\ )?(?:exercise|practice|practise)s?\W*(?:please)?\W*$"
    r" | \bcan\ i\ practi[sc]e\b | \bi\ want\ to\ practi[sc]e\b"
)
ASKS = re.compile(
    r"""(?x)
    \?\s*$
  | ^(?:why|what|how|when|where|who|which|whose|could\ you|can\ you|would\ you|will\ you
       |please\ (?:explain|help|tell|show)|explain|help|tell\ me|show\ me|define|give\ me|hint
       |i\ (?:don'?t|do\ not)\ (?:understand|get|see|follow)|i'?m\ (?:stuck|lost|confused)
       |is\ (?:it|this|that|there)|are\ there|does|do\ i|do\ we|should\ i|am\ i
       |go\ deeper|what's|what\ is|hello|hi|hey|thanks|thank\ you)\b
    """
)
ANSWERS = re.compile(
    r"""(?x)
    ^(?:my\ answer|the\ answer|answer\s*[:=]
       |i\ (?:think|believe|guess|say|would\ say|got|get|choose)
       |it\ is|it'?s|because|option\ [a-f\d]\b|[a-f\d][.)]?$|true$|false$
       |i\ don'?t\ know$|no\ idea$|idk$)
    """
)
IS_MATHS = re.compile(
    r"(?x) (?=.*[\d+*/^=√π]) (?: [-+*/^=().,\s\d%√π×·°²³|{}\[\]\\$]"
    r" | (?:sqrt|frac|sin|cos|tan|exp|log|ln|pi|cdot|lambda|min|sec|mol|km|kg|cm|mm|ms|hz)(?![a-z])"
    r" | [a-zα-ωµ]{1,2}(?![a-z]) )+"
)
"""Numbers, signs and names of a letter or two: with a unit behind it, or a formula."""
