"""What is read, by subject."""
