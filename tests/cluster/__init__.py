"""Several nodes: black-box tests that kill nodes and the replica, and let it fall behind."""
