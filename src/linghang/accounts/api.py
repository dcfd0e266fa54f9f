"""What other apps may ask of accounts."""

from linghang.accounts.services import change_password, create_user, set_active

__all__ = ["change_password", "create_user", "set_active"]
