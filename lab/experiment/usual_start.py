"""What a new set is trained with until someone chooses otherwise: the default layers, optimizer and epochs.

The window and `delta-lab inspect --toml` both take it from here. tests/benchmarks/training.py compares it with
scikit-learn's networks of the same size; the choices below are those that came off best there.
"""

from lab.experiment.forms.data_specs import DataSpec
from lab.experiment.forms.layer_specs import DenseSpec
from lab.experiment.forms.training_specs import EarlyStoppingSpec, OptimizerSpec, TrainingSpec
from lab.experiment.spec import LONGEST_NAME, Experiment
from lab.experiment.stack.stack import with_fitting_output

_UNITS, _RATE, _EPOCHS, _PATIENCE = 32, 0.01, 100, 10
# Hundreds of pixels move a unit together: 10,000 images of animals are learnt worse by 0.07 with the rate of tables.
_RATE_FOR_PIXELS = 0.002
# Numbers to predict are noisier than classes: without a penalty small tables are learnt by heart within some epochs,
# and with one, images of a few thousand pixels are learnt worse.
_L2_FOR_NUMBERS = 0.01

USUAL_START = (
    f"{_UNITS} ReLU units and Adam with a learning rate of {_RATE:g} ({_RATE_FOR_PIXELS:g} for images), for at most "
    f"{_EPOCHS} epochs and until the validation loss has not fallen for {_PATIENCE}"
)
"""The same in words."""


def usual_start(name: str, data: DataSpec, outputs: int, seed: int = 0) -> Experiment:
    """Return a whole experiment for data with that many classes or target numbers.

    Adam needs no choice of the learning rate from table to table. Validation decides when to stop, where there is any.
    """
    layers = (DenseSpec(units=_UNITS, activation="relu"), DenseSpec(units=outputs, activation="softmax"))
    l2 = _L2_FOR_NUMBERS if data.is_regression else 0.0
    rate = _RATE_FOR_PIXELS if data.scaling == "pixel" else _RATE
    training = TrainingSpec(
        epochs=_EPOCHS,
        optimizer=OptimizerSpec(kind="adam", learning_rate=rate, l2=l2),
        early_stopping=EarlyStoppingSpec(patience=_PATIENCE) if data.split[1] else None,
    )
    title = name[:LONGEST_NAME] or "Untitled"
    experiment = Experiment(name=title, seed=seed, data=data, layers=layers, training=training)
    return with_fitting_output(experiment, outputs)
