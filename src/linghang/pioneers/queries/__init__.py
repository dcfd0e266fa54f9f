"""Reads of posts, zones and squads, of contacts, inductions and own projects."""
