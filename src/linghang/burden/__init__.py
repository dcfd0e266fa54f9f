"""The burden meter: what each unit is asked for in a month, by whom, and what is asked twice."""
