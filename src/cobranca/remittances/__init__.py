"""Registering at the bank: what is gathered, held back, frozen into files, and delivered."""
