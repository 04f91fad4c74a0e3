"""What is written, by subject."""
