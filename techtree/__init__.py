"""A self-hosted tutor for any topic."""

import os

# Piccolo finds its configuration through this name alone, whichever program it runs in.
os.environ.setdefault("PICCOLO_CONF", "techtree.piccolo_conf")
