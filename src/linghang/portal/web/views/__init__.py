"""Pages over several apps: `home` with a module for each of its sections, search, jobs, audit, notices."""
