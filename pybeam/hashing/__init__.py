"""Numbers from terms: which of n places a key belongs to, the same on every node."""

from .phash2 import phash2

__all__ = ["phash2"]
