"""What a run is made of: data and its import, the layer stack, training."""
