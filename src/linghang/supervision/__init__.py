"""Common findings, risk points and controls, hints with their basis: strictly limited visibility."""
