"""What stays in view around the pages: the run's buttons, the walk, the picked example, the status line."""
