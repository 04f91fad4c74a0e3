"""Journeys: the way of each person through the programmes that follow people, step by step."""
