"""The numbers: layers, losses, optimizers and the network, on plain NumPy arrays.

To add a kind, write it in the file of its family; the table in front of the family is what everybody else reads.

- an activation: `activation_kinds/`, a function, its slope and one entry in ROWS
- a loss: `loss_kinds/`, its terms, their derivative and one entry in ROWS
- an optimizer: `optimizer_kinds/`, one class and one row in ROWS
- a schedule: `schedule_kinds.py`, a factor and one entry in ROWS
- a layer: `layer_kinds/`, one file, its class in LAYERS (`layers.py`), its checked form in
  `lab/experiment/forms/layer_specs.py`, and the symbols that are new in `explain/matrices.py`

Each family's docstring says more. An entry that lacks something is refused, with what it lacks, when its table is made.
"""
