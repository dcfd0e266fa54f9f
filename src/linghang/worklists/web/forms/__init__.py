"""Forms of lists (`lists`) and of tasks (`tasks`)."""
