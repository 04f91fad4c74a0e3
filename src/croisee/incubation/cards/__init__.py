"""Cards of the home pages, by subject."""
