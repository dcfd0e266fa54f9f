"""Demands to people: assignment, routing, and why each match was made."""
