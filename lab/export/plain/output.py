"""The last layer's loss and delta as plain NumPy, from the rule that is in force there."""

import re

from lab.core.network import Network
from lab.core.plain_code import NoPlainCode, PlainFunction, returned
from lab.experiment.stack.equations import Equation
from lab.export.plain.program import Passage, Step


class OutputLines:
    """The loss of the last layer's output and its delta, from the rule that is in force there."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._rule = network.rule
        self._n = len(network.layers)
        if not all(self._rule.loss.plain):
            raise NoPlainCode(f"the loss {self._rule.loss.name} is not written as plain NumPy")

    @staticmethod
    def delta_of(network: Network) -> str:
        """Return delta of the last layer as an expression."""
        rule, n, name = network.rule, len(network.layers), network.rule.loss.name
        sigma, weighted = rule.activation, network.targets.class_weights is not None
        z, T = sigma.code_of_z(f"z{n}"), rule.activation.temperature
        over = "" if T == 1.0 else f" / {T!r}"
        if rule.short:
            made = f"a{n} - y" if not over else f"(a{n} - y){over}"
        elif rule.pair.plain.delta:
            made = f"{name}_delta({z}, a{n}, y){over}"
        else:
            made = sigma.code_of_delta(f"{name}_error(a{n}, y)", f"z{n}", f"a{n}")
        return f"w * ({made})" if weighted else made

    def functions(self) -> list[PlainFunction]:
        """Return what the lines of the loss and its delta call."""
        loss, pair = self._rule.loss, self._rule.pair
        arguments, body = self._terms()
        made = [*pair.plain.functions]
        made.append(PlainFunction(loss.name, arguments, f"{loss.title}, a term each output: {loss.formula}.", body))
        if pair.plain.delta:
            made.append(PlainFunction(f"{loss.name}_delta", "z, a, y", "delta, with the 1/a cancelled by hand.",
                                      returned(pair.plain.delta)))  # fmt: skip
        elif not self._rule.short:
            made.append(PlainFunction(f"{loss.name}_error", "a, y", f"{loss.error_formula}.", returned(loss.plain[1])))
        return made

    def _terms(self) -> tuple[str, str]:
        """Return the arguments that the terms need and the body that computes them."""
        text = self._rule.pair.plain.terms or self._rule.loss.plain[0]
        used = [name for name in ("z", "a", "y") if re.search(rf"\b{name}\b", text)]
        return ", ".join(used), returned(text)

    def loss(self) -> Passage:
        """Return the line of the loss per example."""
        n, loss = self._n, self._rule.loss
        names = {"z": self._rule.activation.code_of_z(f"z{n}"), "a": f"a{n}", "y": "y"}
        terms = f"{loss.name}({', '.join(names[each] for each in self._terms()[0].split(', '))})"
        if self._network.targets.class_weights is not None:
            terms = f"(w * {terms})"
        words = "The loss per example, as the curve shows it; a penalty is not in it."
        shown = Equation("loss", loss.formula, "", "", "loss", ())
        return Passage("Loss", (Step(f"L = {terms}.sum() / m", shown),), words)
