"""A syllabus to take along: as Markdown, as one HTML file, and its questions as a deck of cards."""

from techtree.exports.cards import as_deck
from techtree.exports.markdown import as_markdown
from techtree.exports.page import as_page

__all__ = ["as_deck", "as_markdown", "as_page"]
