"""The diagnostics of a run, sampled so seldom that they can stay on, and kept in bounded memory however long it runs.

A sample is taken every k-th step, and k is told. Of what was taken at most MOST_KEPT samples stay, evenly spaced over
the whole run: where there would be more, the distance between two of them doubles and every second one goes.
"""

from dataclasses import replace
from itertools import pairwise
from math import inf
from time import perf_counter

from lab.core.diagnostics import LayerDiagnostics, diagnose
from lab.core.network import Network
from lab.experiment.training.faults import EXAMPLES, Finding, facts_of, find_fault

_SHARE = 0.02
"""The share of a run's time that samples may take."""
_LONGEST = 1000
_CHEAP = 0.001
_EARLY = 16
"""A sample that takes less than a millisecond is taken at least every 16th step, later every 16th of the steps so far:
about forty of the first thousand, so that a short run has curves too."""
_FIRST = 3
"""Samples from the start of a network that stay in view of its verdict."""
MOST_KEPT = 1024
"""Samples that are kept, the last one not counted."""

Sample = tuple[int, list[LayerDiagnostics]]
"""(step, diagnostics of every layer)."""


class ThinnedSamples:
    """At most `most` samples of a run of any length, evenly spaced, and beside them always the last one.

    The first one is never dropped. Two that are kept are at least `spacing` steps apart.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.most = most
        self.spacing = 1
        self._kept: list[Sample] = []
        self._last: Sample | None = None

    def add(self, sample: Sample) -> None:
        """Take a sample of a later step than all before."""
        self._last = sample
        if self._kept and sample[0] - self._kept[-1][0] < self.spacing:
            return
        self._kept.append(sample)
        while len(self._kept) > self.most:
            self._thin_out()

    def _thin_out(self) -> None:
        """Double the smallest distance between two samples and drop what is then too close to the one before."""
        self.spacing = 2 * min(later[0] - earlier[0] for earlier, later in pairwise(self._kept))
        kept = self._kept[:1]
        for sample in self._kept[1:]:
            if sample[0] - kept[-1][0] >= self.spacing:
                kept.append(sample)
        self._kept = kept

    def cut(self, step: int) -> None:
        """Forget the samples of later steps."""
        self._kept = [sample for sample in self._kept if sample[0] <= step]
        if self._last is not None and self._last[0] > step:
            self._last = self._kept[-1] if self._kept else None

    def as_list(self) -> list[Sample]:
        """Return what is kept, oldest first, with the last sample at the end."""
        if self._last is None or self._kept[-1] is self._last:
            return list(self._kept)
        return [*self._kept, self._last]


class DiagnosticsSampler:
    """Samples the diagnostics and says what they show; `every` is the present k, from what a sample and a step take."""

    def __init__(self, on: bool) -> None:
        self.on = on
        self.every = 16
        self.fault: Finding | None = None
        """What is wrong by the last samples, from the step on at which it began to show."""
        self.findings: tuple[Finding, ...] = ()
        """Every fault that has shown so far, oldest first, each kind of it once a layer."""
        self._samples = ThinnedSamples()
        self._next = 1
        self._last: tuple[int, float] | None = None
        self._cost = inf
        """Seconds that the last sample took."""
        self._network: Network | None = None
        self._recent: list[Sample] = []
        """The last samples of the present network, as many as a verdict looks at, and its first."""

    @property
    def samples(self) -> list[Sample]:
        """What is kept of the samples, oldest first; the first and the last of all are there."""
        return self._samples.as_list()

    def after_step(self, network: Network, step: int) -> None:
        """Take a sample where it is due, at once of a network that is new; to be called after every step."""
        if not self.on or (step < self._next and network is self._network):
            return
        begin = perf_counter()
        sample = (step, diagnose(network))
        self._samples.add(sample)
        self._judge(network, sample)
        end = perf_counter()
        if self._last is not None:
            steps, since = step - self._last[0], begin - self._last[1]
            cost = min(end - begin, self._cost)  # of two, for either may have been interrupted
            wanted = cost / (_SHARE * since / steps)
            longest = _LONGEST if cost > _CHEAP else max(step // _EARLY, _EARLY)
            self.every = round(min(max(wanted, 1), longest, _LONGEST))
        self._last, self._cost = (step, end), end - begin
        self._next = step + self.every

    def go_back(self, step: int) -> None:
        """Forget what came after this step: the run stands there again, and may go on in another way."""
        self._samples.cut(step)
        self.findings = tuple(finding for finding in self.findings if finding.step <= step)
        self._network, self.fault, self._last, self._next = None, None, None, step + 1

    def _judge(self, network: Network, sample: Sample) -> None:
        """Find what is wrong; a fault that was there before keeps the step at which it began."""
        if network is not self._network:
            self._network, self._recent, self.fault = network, [], None
            self._facts = facts_of(network)
        self._recent = [*self._recent[:_FIRST], *self._recent[_FIRST:][-EXAMPLES:], sample]
        m = len(network.layers[0].a)
        found = find_fault(self._facts, [figures for _, figures in self._recent], sample[0], m)
        known = {(each.kind, each.layer): each for each in self.findings}
        if found is None:
            self.fault = None
        elif (found.kind, found.layer) in known:
            self.fault = replace(found, step=known[found.kind, found.layer].step)
        else:
            self.fault = found
            self.findings = (*self.findings, found)
