"""What the panels are made of: widgets that know arrays, texts and colours, and nothing of experiments."""
