"""The clock of the application: days are days in Asia/Shanghai, never UTC."""
