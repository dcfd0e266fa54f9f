"""Reading contests: `lists` who sees which, `standing` the table as it is now."""
