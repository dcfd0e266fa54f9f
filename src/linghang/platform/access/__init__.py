"""Who may do what, where: the value every query takes. `people` computes it from appointments."""

from linghang.platform.access.scope import (
    EMPTY,
    Allowed,
    Denied,
    Grant,
    Permission,
    Reach,
    Scope,
)

__all__ = ["EMPTY", "Allowed", "Denied", "Grant", "Permission", "Reach", "Scope"]
