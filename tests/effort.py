"""How much a test tries: little and the same each time in `make test`, much and at random in `make fuzz`.

A search with Hypothesis is one already. Where it costs more or less than others it says how many `examples` it takes;
another loop (kills, strangers at the keyboard, damaged files) takes its number from `count` and has the mark `fuzz`.
"""

from hypothesis import HealthCheck, settings

EXAMPLES = 60
"""What a search tries in `make test` where it does not say otherwise."""

MORE = 20
"""How many times as much `make fuzz` tries."""


def register_profiles() -> None:
    """Make "test" and "fuzz" known to Hypothesis and take "test"; --hypothesis-profile=fuzz takes the other.

    Tests do not assert times, and a folder that all examples of a test share is meant: neither is a fault.
    """
    meant = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    # Without a database the inputs of one run do not depend on the run before.
    common = settings(deadline=None, database=None, suppress_health_check=meant)
    settings.register_profile("test", common, max_examples=EXAMPLES, derandomize=True)
    settings.register_profile("fuzz", common, max_examples=EXAMPLES * MORE, derandomize=False, print_blob=True)
    settings.load_profile("test")


def count(test: int) -> int:
    """Return how often to try something: so often in `make test`, `MORE` times as often in `make fuzz`."""
    return test * MORE if settings.get_current_profile_name() == "fuzz" else test


def examples(test: int) -> settings:
    """Decorate a search that tries so many examples in `make test`, and `MORE` times as many in `make fuzz`."""
    return settings(max_examples=count(test))
