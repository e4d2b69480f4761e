"""What goes wrong with the embedded servers."""


class EmbeddedError(Exception):
    """A server can't be used. `str(error)` is for the operator: what happened and what to do."""
