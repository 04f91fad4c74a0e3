"""The social clauses of the demonstration: what is bought, who works, the hours of the last months."""
