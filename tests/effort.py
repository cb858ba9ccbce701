"""How much a test tries: some and the same each time in `make test`, little in `make fast`, much in `make fuzz`.

A search with Hypothesis is one already. Where it costs more or less than others it says how many `examples` it takes;
another loop (kills, strangers at the keyboard, damaged files) takes its number from `count` and has the mark `fuzz`.
These numbers are what is right for one change of what is searched; the suite, which runs for all, tries less of each.
"""

from hypothesis import HealthCheck, settings

EXAMPLES = 60
"""What a search asks for where it does not say otherwise."""

_EFFORT = {"fast": 0.15, "test": 0.4, "fuzz": 20}
"""How much of what is asked for a profile tries."""


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


def count(asked: int) -> int:
    """Return how often to try something, at least once: a share of what is asked for, or a multiple in `make fuzz`."""
    return max(1, round(asked * _EFFORT.get(settings.get_current_profile_name(), 1)))


def examples(asked: int) -> settings:
    """Decorate a search that is worth so many examples; it tries a share of them, or a multiple in `make fuzz`."""
    return settings(max_examples=count(asked))
