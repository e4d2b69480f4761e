"""Items of each kind, about knots."""

from techtree.items import ITEM, AnyItem

BASE = {"concepts": ["friction"], "explanation": "Rope presses on rope, and that holds it."}
HINTS = ["Think of touch.", "Where does rope press on rope?", "Count the turns around the post."]


def choice(
    key: str = "hold", concept: str = "friction", text: str = "What holds a knot?"
) -> AnyItem:
    options = [
        {"text": "Friction KEYED", "right": True},
        {"text": "Weight", "misconception": "You took the load for the hold."},
        {"text": "Glue", "misconception": "You took rope for tape."},
    ]
    return ITEM.validate_python(
        BASE
        | {
            "key": key,
            "kind": "choice",
            "concepts": [concept],
            "text": text,
            "options": options,
            "hints": HINTS,
        }
    )


def true_false(
    key: str = "wet", concept: str = "friction", text: str = "Wet rope never slips."
) -> AnyItem:
    return ITEM.validate_python(
        BASE
        | {
            "key": key,
            "kind": "true-false",
            "concepts": [concept],
            "text": text,
            "answer": False,
            "misconception": "You took wet for sticky.",
        }
    )


def number(key: str = "length", unit: str = "m") -> AnyItem:
    return ITEM.validate_python(
        BASE
        | {"key": key, "kind": "number", "text": "How long is it?", "answer": 4717.25, "unit": unit}
    )


def order() -> AnyItem:
    return ITEM.validate_python(
        BASE
        | {
            "key": "steps",
            "kind": "order",
            "text": "Tie it.",
            "items": ["Make a loop", "Go through", "Pull tight"],
            "misconception": "You pulled too early.",
        }
    )


def short(key: str = "why") -> AnyItem:
    return ITEM.validate_python(
        BASE
        | {
            "key": key,
            "kind": "short",
            "text": "Why does a knot hold?",
            "answers": ["friction-secret"],
            "reference": "Rope presses on rope: REFERENCE.",
            "rubric": ["names friction", "says what presses on what"],
        }
    )
