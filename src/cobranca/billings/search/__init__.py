"""The search over all files by whatever a person has in hand; what it finds by, it fills itself."""
