"""Linghang 领航: the web application. docs/architecture/map.md says where everything is."""

__version__ = "0.1.0"
