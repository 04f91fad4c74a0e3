"""The pages of one journey."""
