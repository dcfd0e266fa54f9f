"""Excel in and out: reading customers' workbooks, checking them against plans, applying, exporting."""
