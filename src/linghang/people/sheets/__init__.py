"""The sheets 党员 (`members`) and 任职 (`appointments`); loading them registers the plans."""

from linghang.people.sheets.appointments import AppointmentSheet
from linghang.people.sheets.members import MemberSheet

__all__ = ["AppointmentSheet", "MemberSheet"]
