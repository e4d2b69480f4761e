"""What an administrator sees: tables of the rows, and figures of how well it all goes."""
