"""Jobs: one act on all that a filter means, bit by bit, and what became of each billing.

It stands above the features: what it does in bulk is what they do singly, by their own services.
"""
