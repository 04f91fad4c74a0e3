"""The pages of social clauses, by subject."""
