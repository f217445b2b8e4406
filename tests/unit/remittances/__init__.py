"""Tests of what registering makes of rows, without a database."""
