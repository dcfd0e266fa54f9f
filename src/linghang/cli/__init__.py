"""The command line: linghang."""
