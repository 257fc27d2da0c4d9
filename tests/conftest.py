"""How hypothesis draws its examples: afresh at a developer's, always the same ones on CI.

A red CI must be red again on the second run of the same commit. There is no deadline anywhere:
a slow minute of the machine is no bug of ours.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")
