"""What pages read, beyond a filter, by subject."""
