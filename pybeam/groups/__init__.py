"""Servers of which every node runs one, and what they tell each other: `pg`, `global_` and `pubsub`."""
