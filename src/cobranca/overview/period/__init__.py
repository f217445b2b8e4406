"""What the files of a period came to, and what waits for a person, whenever it came."""
