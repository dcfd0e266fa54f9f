"""Diagnosis rounds: self-check and expert check over the same standards, and their difference."""
