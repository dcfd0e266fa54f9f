"""The ground floor: access, audit, numbering, crypto, calendar, tasks, packs, sheets, user interface."""
