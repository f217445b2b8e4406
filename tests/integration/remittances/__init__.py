"""Tests of registering at the bank."""
