"""From records to the report, and from the report to what a page shows."""

from linghang.research.mapping.preview import describe_blocks
from linghang.research.mapping.report import Drafted, draft_report

__all__ = ["Drafted", "describe_blocks", "draft_report"]
