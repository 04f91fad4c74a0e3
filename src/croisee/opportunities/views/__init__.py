"""The pages about opportunities, by subject."""
