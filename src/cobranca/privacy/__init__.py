"""Privacy: finds, exports and erases what an installation holds about one person."""
