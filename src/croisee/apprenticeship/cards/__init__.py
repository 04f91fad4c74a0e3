"""What the home pages say, by subject."""
