"""Home page, search, navigation over all rooms."""
