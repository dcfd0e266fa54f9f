"""Settings: `base` holds what is always true; `dev`, `test` and `production` add what differs."""
