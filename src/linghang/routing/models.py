"""Tables of routing."""
