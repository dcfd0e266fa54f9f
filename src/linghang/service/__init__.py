"""Service teams and what they did for whom."""
