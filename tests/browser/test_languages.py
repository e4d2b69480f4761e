"""A site in another language: no page of a learner's way shows words that were not translated."""

import re

from playwright.async_api import Browser, Page

from techtree.languages import SOURCE
from tests.browser.conftest import window
from tests.browser.learning import COMPLETE, DRAFTED, address
from tests.languages.catalogues import extracted, languages
from tests.setup.started import Started

OWN_WORDS = """
    [...document.querySelectorAll('body *')].flatMap(each => {
        if (each.closest('[lang]').lang !== document.documentElement.lang) return [];
        if (each.closest('script, style, kbd, code, .katex, .mark')) return [];
        const texts = [...each.childNodes].filter(node => node.nodeType === 3).map(n => n.data);
        const read = ['aria-label', 'title', 'placeholder', 'alt', 'data-done', 'data-complete'];
        return [...texts, ...read.map(name => each.getAttribute(name) ?? '')];
    }).map(text => text.trim()).filter(Boolean)"""
"""All that the interface says, seen or read out; what is taught has a language of its own."""
