"""What every kind of work stands on: the lease, the terms of issue, the crash points."""
