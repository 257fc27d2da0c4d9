"""apothik: a key-value cache spread over the nodes of a cluster."""
