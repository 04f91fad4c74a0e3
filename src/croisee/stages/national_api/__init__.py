"""The partner API (version 2) of the national platform of internships: calling it, writing and reading its offers."""
