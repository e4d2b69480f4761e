"""A learners' day under load: `make load`."""
