"""How much a test tries: some and the same each time in `make test`, little in `make fast`, much in `make fuzz`.

A search with Hypothesis is one already. Where it costs more or less than others it says how many `examples` it takes;
another loop (kills, strangers at the keyboard, damaged files) takes its number from `count` and has the mark `fuzz`.
"""

from hypothesis import HealthCheck, settings

EXAMPLES = 60
"""What a search tries in `make test` where it does not say otherwise."""

_EFFORT = {"fast": 1 / 6, "test": 1, "fuzz": 20}
"""How many times as much a profile tries as `make test`."""


def register_profiles() -> None:
    """Make the profiles known to Hypothesis and take "test"; --hypothesis-profile=fuzz takes another.

    Those but "fuzz" try the same inputs each time.

    Tests do not assert times, and a folder that all examples of a test share is meant: neither is a fault.
    """
    meant = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    # Without a database the inputs of one run do not depend on the run before.
    common = settings(deadline=None, database=None, suppress_health_check=meant)
    for name, effort in _EFFORT.items():
        is_fuzz = name == "fuzz"
        settings.register_profile(
            name, common, max_examples=round(EXAMPLES * effort), derandomize=not is_fuzz, print_blob=is_fuzz
        )
    settings.load_profile("test")


def count(test: int) -> int:
    """Return how often to try something, at least once: so often in `make test`, more in `make fuzz`."""
    return max(1, round(test * _EFFORT.get(settings.get_current_profile_name(), 1)))


def examples(test: int) -> settings:
    """Decorate a search that tries so many examples in `make test`, and more in `make fuzz`."""
    return settings(max_examples=count(test))
