"""Sensitive fields: encrypted at rest, found by a keyed index, shown masked unless needed."""
