"""What other apps may ask of service."""

from linghang.service.queries import list_visits
from linghang.service.services import VisitDraft, save_visits

__all__ = ["VisitDraft", "list_visits", "save_visits"]
