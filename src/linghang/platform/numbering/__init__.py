"""Rising numbers: codes of units and people, and the change sequence of facts."""
