"""Forms of research and talks."""
