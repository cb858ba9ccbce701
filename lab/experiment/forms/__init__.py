"""The checked forms of an experiment's tables: their fields, the limits of each, and what is said of a wrong one."""
