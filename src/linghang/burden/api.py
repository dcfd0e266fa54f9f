"""What other apps may ask of the burden meter."""

from linghang.burden.mapping import check_cap
from linghang.burden.queries import Load, count_loads

__all__ = ["Load", "check_cap", "count_loads"]
