"""Customer demands as text: classes, hot spots, repeats, risk of escalation."""
