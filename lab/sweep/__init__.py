"""Many runs of one experiment side by side, in processes behind one door that has the shape of an Executor.

`processes` is the door: whatever else has the interface of `concurrent.futures.Executor` (a cluster's, one that does
all in this process) can stand in its place. `seed_runs` gives it the same experiment with several seeds, `spread` and
`seed_table` say what came of them.
"""
