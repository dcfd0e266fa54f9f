"""Practice packs: YAML files validated by a published JSON Schema, and what is installed.

The rooms: `envelope` what every pack says, `sections` what apps contribute to it, `findings` what
can be wrong, `reading` from a file to a checked pack, `comparison` what a new version changes,
`services` installing.
"""
