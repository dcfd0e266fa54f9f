"""The user interface every app shares: shell, components, tables, charts, form templates."""
