"""E-mail notices: declared as data, sent once, as each person prefers, each with a row in one ledger."""
