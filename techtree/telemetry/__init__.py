"""What an operator sees of a running TechTree: an id for each request, logs, and counts."""
