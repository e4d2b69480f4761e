"""Markdown that a model or the library wrote, turned into safe HTML one block at a time."""

from techtree.prose.stream import Block, ProseStream, render

__all__ = ["Block", "ProseStream", "render"]
