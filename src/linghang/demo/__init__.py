"""Invented bureaus to try the product with."""
