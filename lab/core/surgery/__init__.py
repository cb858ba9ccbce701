"""Network surgery: wider, narrower, inserted and removed layers in a trained network, and what each keeps."""
