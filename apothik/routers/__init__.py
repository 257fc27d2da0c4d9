"""Ways to spread keys over nodes, one file each."""
