"""Files that come in: received, checked, written, followed, paused, removed."""
