"""Background jobs that show progress, can be cancelled and survive a killed process."""
