"""The parts of the page on which one example is tried: where it is made, and what lies near it."""
