"""Persons, posts and appointments; from appointments comes the scope of each reader."""
