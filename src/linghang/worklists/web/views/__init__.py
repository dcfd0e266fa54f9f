"""Pages of lists and tasks."""
