"""A made-up incubator with its founders; premises and land, who offers some and who looks for some."""
