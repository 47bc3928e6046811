"""`python -m hanfslab` is the `hanfslab` command."""

from hanfslab.cli.main import main

main()
