"""Reading over several apps: `posts` of the reader, `due` what waits for a branch, `standing` units side
by side, `course` numbers by month, `finding` by words, `health` of the system, `trail` jobs and audit.
"""
