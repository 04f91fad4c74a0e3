"""Apprenticeship: offers, applications, mentors, forums and job datings."""
