"""A made-up metropolis: its ground, its people and one round of internships, from a seed.

Pure functions on NumPy arrays: no Django, no clock. The same seed and sizes give the same metropolis on any
machine. How each part is drawn is told in `docs/methods/demo.md`.
"""
