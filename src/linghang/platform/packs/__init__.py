"""Practice packs: YAML files validated by a published JSON Schema, and what is installed."""
