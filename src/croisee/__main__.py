"""`python -m croisee` is the `croisee` command."""

from croisee.project.cli import main

main()
