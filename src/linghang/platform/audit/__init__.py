"""The audit trail: who did what to which object, when, from what to what. Append-only."""
