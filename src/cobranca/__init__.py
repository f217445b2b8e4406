"""Cobrança: bulk billing for Brazil, from a CSV of debts to boletos in the payers' mail."""

from importlib.metadata import version

__version__ = version("cobranca")
