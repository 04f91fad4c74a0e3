"""Figures with dates that any service keeps: what is in force, giving and withdrawing, the pages that show them."""
