"""The practice library: packs, what is installed, practice pages."""
