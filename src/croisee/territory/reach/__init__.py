"""What a neighbourhood reaches in 30 and 45 minutes, against what half of the metropolis's addresses reach."""
