"""The yearly report: who worked, under which contracts, how many hours, for whom; counted by the database."""
