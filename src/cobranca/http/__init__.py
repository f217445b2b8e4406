"""What every route stands on: who calls, what is refused, and what routes are given."""
