"""The pages of returns: what is missing, one person, proofs, tables, controls, indicators."""
