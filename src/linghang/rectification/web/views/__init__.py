"""Pages of problems: lists, one problem with all its acts, and the four lists."""
