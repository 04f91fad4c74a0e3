"""What reads more than a filter, by subject."""
