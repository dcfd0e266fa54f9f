"""Tables of diagnosis."""
