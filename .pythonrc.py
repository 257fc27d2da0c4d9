"""What this project's prompt has at hand besides pybeam's own names: `Master`, the cache's helpers.

`scripts/start_master.sh` opens the prompt with it; `pybeam shell` runs it where it lies in the
current directory. Names made here are names at the prompt, so there is room for your own.
"""

from apothik.master import Master

__all__ = ["Master"]
