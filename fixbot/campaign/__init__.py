"""A change across many repositories: what is asked for, how far it is, what may come next; it only computes."""
