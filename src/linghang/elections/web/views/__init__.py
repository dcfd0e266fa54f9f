"""Pages of elections."""

from linghang.elections.web.views.acts import act, open_election
from linghang.elections.web.views.pages import export_units, list_units, send_paper, show_election

__all__ = ["act", "export_units", "list_units", "open_election", "send_paper", "show_election"]
