"""Schemes, runs, publications, objections, corrections."""
