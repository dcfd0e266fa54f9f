"""Declared lists of lists (`lists`) and of tasks (`tasks`)."""
