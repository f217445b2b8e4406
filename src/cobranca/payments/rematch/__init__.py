"""Money in suspense whose billing comes later: found and posted by work, without a person."""
