"""The equations of a Dense layer, for m examples as rows and for one as a column."""

from lab.core.activations import Activation
from lab.core.explain.equation import Equation, EquationFrame, HandedDown
from lab.core.explain.tile import Part
from lab.core.layer_kinds.output_layer import plain_delta
from lab.core.plain_code import LayerCode, LayerFrame


def weighted_input(frame: EquationFrame) -> Equation:
    """Return z = a W + b, or Wᵀ a + b."""
    n, h, m, me, x = frame.inputs, frame.outputs, frame.m, frame.me, frame.x
    result = frame.tile("z", Part.RESULT, "=")
    if frame.one:
        shapes = f"({h}×{n})·({n}×1) + ({h}×1) → ({h}×1)"
        tiles = (
            frame.tile("W", Part.ROW, transposed=True),
            frame.input(Part.COLUMN, "·"),
            frame.tile("b", Part.CELL, "+"),
            result,
        )
        return Equation("weighted input", f"z{me} = (W{me})ᵀ {x} + b{me}", shapes, "", "z", tiles)
    shapes = f"({m}×{n})·({n}×{h}) + ({h}) → ({m}×{h})"
    tiles = (frame.input(Part.ROW), frame.tile("W", Part.COLUMN, "·"), frame.tile("b", Part.UNIT, "+"), result)
    return Equation("weighted input", f"z{me} = {x} W{me} + b{me}", shapes, "b is added to every row", "z", tiles)


def bias_gradient(frame: EquationFrame) -> Equation:
    """Return db: the column mean, or sum, of delta."""
    me, out = frame.me, frame.out
    if frame.one:
        tiles = frame.summed("db", frame.tile("delta", Part.CELL))
        return Equation("bias gradient", f"∂L/∂b{me} = δ{me}", f"({out}) → ({out})", "", "db", tiles)
    word = "mean" if frame.mean else "sum"
    return Equation(
        "bias gradient",
        f"∂L/∂b{me} = {frame.over_rows}δ{me}",
        f"({out}) → ({frame.outputs})",
        f"Σ over the rows, the column {word} of δ{me}: {frame.m} rows collapse into one",
        "db",
        frame.summed("db", frame.tile("delta", Part.COLUMN)),
    )


def weight_gradient(frame: EquationFrame) -> Equation:
    """Return dW = aᵀ δ over m, or a δᵀ."""
    n, h, m, me, x = frame.inputs, frame.outputs, frame.m, frame.me, frame.x
    note = f"shaped like W{me}"
    result = frame.share("dW", "=")
    if frame.one:
        shapes = f"({n}×1)·(1×{h}) → ({n}×{h})"
        tiles = (frame.input(Part.ROW), frame.tile("delta", Part.COLUMN, "·", transposed=True), result)
        return Equation("weight gradient", f"∂L/∂W{me} = {x} (δ{me})ᵀ", shapes, note, "dW", tiles)
    transposed = f"({x})ᵀ" if frame.number > 1 else "Xᵀ"
    formula = f"∂L/∂W{me} = {'(1/m) ' if frame.mean else ''}{transposed} δ{me}"
    first = frame.input(Part.ROW, f"1/{m} ·" if frame.mean else "", transposed=True)
    tiles = (first, frame.tile("delta", Part.COLUMN, "·"), result)
    return Equation("weight gradient", formula, f"({n}×{m})·({m}×{h}) → ({n}×{h})", note, "dW", tiles)


def error_of_input(frame: EquationFrame) -> HandedDown:
    """Return what the layer hands down: δ Wᵀ for rows, W δ for a column."""
    me, h, n, m = frame.me, frame.outputs, frame.inputs, frame.m
    if frame.one:
        tiles = (frame.tile("W", Part.ROW), frame.tile("delta", Part.COLUMN, "·"))
        return HandedDown(f"W{me} δ{me}", f"({n}×{h})·({h}×1)", tiles)
    tiles = (frame.tile("delta", Part.ROW), frame.tile("W", Part.COLUMN, "·", transposed=True))
    return HandedDown(f"δ{me} (W{me})ᵀ", f"({m}×{h})·({h}×{n})", tiles)


def plain_code(frame: LayerFrame, sigma: Activation) -> LayerCode:
    """Return the same equations as lines of plain NumPy."""
    n, x = frame.number, frame.x
    return LayerCode(
        forward={"z": f"z{n} = {x} @ W{n} + b{n}", "a": f"a{n} = {sigma.code_of_a(f'z{n}')}"},
        backward={
            "delta": plain_delta(frame, sigma),
            "db": f"db{n} = delta{n}.sum(axis=0){frame.per_m}",
            "dW": f"dW{n} = {x}.T @ delta{n}{frame.per_m}",
        },
        hands_down=f"delta{n} @ W{n}.T",
        functions=sigma.functions(),
    )
