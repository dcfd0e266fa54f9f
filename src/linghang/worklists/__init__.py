"""Lists of tasks, and problems on their way to closure."""
