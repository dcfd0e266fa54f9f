"""Problems on their way to closure: 问题、责任、任务、成果 — four views of the same records."""
