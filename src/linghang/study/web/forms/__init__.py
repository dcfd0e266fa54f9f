"""Forms of study: what the rules and the roster know is not asked."""
