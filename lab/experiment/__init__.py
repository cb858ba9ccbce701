"""What to run and one run of it: the experiment's file, the session, its history and its snapshots. No Qt."""
