"""Bulletins and score books."""
