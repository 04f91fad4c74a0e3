"""Hours of many people and months in one table, as payrolls export them: read, matched, declared."""
