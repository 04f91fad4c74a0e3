"""Premises and land, those that are not classic among them: supply, demand, what fits."""
