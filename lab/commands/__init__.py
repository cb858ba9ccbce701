"""The bodies of the commands that `lab/cli.py` names, one file a command, and what they share: console and places."""
