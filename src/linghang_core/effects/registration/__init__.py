"""Registration: a study fixed before the data, and the check that its analysis follows it."""

from linghang_core.effects.registration.departures import Departure, Severity, check_follows
from linghang_core.effects.registration.reading import RegistrationError, read_registration
from linghang_core.effects.registration.record import Registration, Stretch

__all__ = [
    "Departure",
    "Registration",
    "RegistrationError",
    "Severity",
    "Stretch",
    "check_follows",
    "read_registration",
]
