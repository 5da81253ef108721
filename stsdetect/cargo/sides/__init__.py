"""The two ships of an event: which took the cargo, how much, and where it could have left it."""
