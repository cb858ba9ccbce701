"""What all panels share: the draft, the run and what is selected. Models with signals, no widgets."""
