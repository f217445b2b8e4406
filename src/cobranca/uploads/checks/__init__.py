"""Checks: a file is read and told of before anything of it is billed."""
