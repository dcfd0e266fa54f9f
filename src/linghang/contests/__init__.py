"""Contests between teams (百日百分): rules, live table, result."""
