"""``python -m varde.project`` is the command line: how the supervisor starts its programs."""

from varde.project.cli import main

main()
