"""Property tests are not timed: the machine that runs them has other work too."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
