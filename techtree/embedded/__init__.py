"""PostgreSQL and Valkey out of Python wheels, for running without installing either.

Each is reached over a Unix socket in a private folder; everything lies under the state folder.
"""

from techtree.embedded.errors import EmbeddedError
from techtree.embedded.servers import erase, servers

__all__ = ["EmbeddedError", "erase", "servers"]
