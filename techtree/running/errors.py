"""Why TechTree can't start."""


class StartError(Exception):
    """`str(error)` is for the operator: what is wrong and which setting or command helps."""
