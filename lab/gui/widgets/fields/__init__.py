"""Fields and rows that forms are made of: choices, numbers, shares, switches, the row of a layer."""
