"""One step of a 2-2-2 network for two examples, worked out number by number with a pencil's arithmetic."""

from math import exp, log

import numpy as np
import pytest

from lab.core.layers import Dense
from lab.core.network import Network
from lab.core.optimizers import SGD

ETA = 0.5

# x: the examples p and q, two inputs each. y: p is of class 0, q of class 1.
p1, p2 = 1.0, 0.5
q1, q2 = -0.5, 2.0

# Layer 1, sigmoid. w12 leads from input 1 to unit 2.
w11, w12, w21, w22 = 0.1, -0.2, 0.4, 0.3
b1, b2 = 0.05, -0.1
# Layer 2, softmax.
v11, v12, v21, v22 = 0.3, -0.5, 0.2, 0.1
c1, c2 = 0.0, 0.1

# Forward: z = sum of input times weight, plus bias.
z_p1 = p1 * w11 + p2 * w21 + b1
z_p2 = p1 * w12 + p2 * w22 + b2
z_q1 = q1 * w11 + q2 * w21 + b1
z_q2 = q1 * w12 + q2 * w22 + b2

a_p1 = 1 / (1 + exp(-z_p1))
a_p2 = 1 / (1 + exp(-z_p2))
a_q1 = 1 / (1 + exp(-z_q1))
a_q2 = 1 / (1 + exp(-z_q2))

s_p1 = a_p1 * v11 + a_p2 * v21 + c1
s_p2 = a_p1 * v12 + a_p2 * v22 + c2
s_q1 = a_q1 * v11 + a_q2 * v21 + c1
s_q2 = a_q1 * v12 + a_q2 * v22 + c2

o_p1 = exp(s_p1) / (exp(s_p1) + exp(s_p2))
o_p2 = exp(s_p2) / (exp(s_p1) + exp(s_p2))
o_q1 = exp(s_q1) / (exp(s_q1) + exp(s_q2))
o_q2 = exp(s_q2) / (exp(s_q1) + exp(s_q2))

loss_p = -log(o_p1)
loss_q = -log(o_q2)

# Output error: a - y, not divided by the two examples.
d_p1, d_p2 = o_p1 - 1, o_p2 - 0
d_q1, d_q2 = o_q1 - 0, o_q2 - 1

# Hidden error: back through the weights, times the sigmoid's slope a (1 - a).
e_p1 = (d_p1 * v11 + d_p2 * v12) * a_p1 * (1 - a_p1)
e_p2 = (d_p1 * v21 + d_p2 * v22) * a_p2 * (1 - a_p2)
e_q1 = (d_q1 * v11 + d_q2 * v12) * a_q1 * (1 - a_q1)
e_q2 = (d_q1 * v21 + d_q2 * v22) * a_q2 * (1 - a_q2)

# Gradients, summed over p and q; the mean is half of it.
dv11 = a_p1 * d_p1 + a_q1 * d_q1
dv12 = a_p1 * d_p2 + a_q1 * d_q2
dv21 = a_p2 * d_p1 + a_q2 * d_q1
dv22 = a_p2 * d_p2 + a_q2 * d_q2
dc1, dc2 = d_p1 + d_q1, d_p2 + d_q2

dw11 = p1 * e_p1 + q1 * e_q1
dw12 = p1 * e_p2 + q1 * e_q2
dw21 = p2 * e_p1 + q2 * e_q1
dw22 = p2 * e_p2 + q2 * e_q2
db1, db2 = e_p1 + e_q1, e_p2 + e_q2


def _network(reduction: str) -> Network:
    net = Network(2, [Dense(2, "sigmoid"), Dense(2, "softmax")], "cross_entropy", reduction, 0, "float64")
    first, second = net.layers
    first.W[...] = [[w11, w12], [w21, w22]]
    first.b[...] = [b1, b2]
    second.W[...] = [[v11, v12], [v21, v22]]
    second.b[...] = [c1, c2]
    return net


def _assert_equal(found: object, expected: list[object]) -> None:
    np.testing.assert_allclose(np.asarray(found), np.array(expected), rtol=0, atol=1e-12)


def test_the_pencil_agrees_with_itself() -> None:
    """Two numbers that a pocket calculator gives, so that the example cannot drift with the code."""
    assert z_p1 == pytest.approx(0.35, abs=1e-12)
    assert a_p1 == pytest.approx(0.5866175789173301, abs=1e-12)


@pytest.mark.parametrize(("reduction", "share"), [("mean", 1 / 2), ("sum", 1.0)])
def test_a_step_gives_the_numbers_worked_out_by_hand(reduction: str, share: float) -> None:
    net = _network(reduction)
    first, second = net.layers
    output = net.forward(np.array([[p1, p2], [q1, q2]]))
    loss = net.backward(np.array([0, 1]))

    _assert_equal(first.z, [[z_p1, z_p2], [z_q1, z_q2]])
    _assert_equal(first.a, [[a_p1, a_p2], [a_q1, a_q2]])
    _assert_equal(second.z, [[s_p1, s_p2], [s_q1, s_q2]])
    _assert_equal(second.a, [[o_p1, o_p2], [o_q1, o_q2]])
    _assert_equal(output, [[o_p1, o_p2], [o_q1, o_q2]])
    assert loss == pytest.approx(share * (loss_p + loss_q), abs=1e-12)

    # delta is never divided by m; the gradients are, where the reduction is the mean.
    _assert_equal(second.delta, [[d_p1, d_p2], [d_q1, d_q2]])
    _assert_equal(first.delta, [[e_p1, e_p2], [e_q1, e_q2]])
    _assert_equal(second.dW, [[share * dv11, share * dv12], [share * dv21, share * dv22]])
    _assert_equal(second.db, [share * dc1, share * dc2])
    _assert_equal(first.dW, [[share * dw11, share * dw12], [share * dw21, share * dw22]])
    _assert_equal(first.db, [share * db1, share * db2])

    SGD(ETA).step(net)
    rate = ETA * share
    _assert_equal(second.update_W, [[-rate * dv11, -rate * dv12], [-rate * dv21, -rate * dv22]])
    _assert_equal(second.update_b, [-rate * dc1, -rate * dc2])
    _assert_equal(first.W, [[w11 - rate * dw11, w12 - rate * dw12], [w21 - rate * dw21, w22 - rate * dw22]])
    _assert_equal(first.b, [b1 - rate * db1, b2 - rate * db2])
    _assert_equal(second.W, [[v11 - rate * dv11, v12 - rate * dv12], [v21 - rate * dv21, v22 - rate * dv22]])
    _assert_equal(second.b, [c1 - rate * dc1, c2 - rate * dc2])
    # The step leaves what the forward and backward pass computed as it was.
    _assert_equal(first.z, [[z_p1, z_p2], [z_q1, z_q2]])
    _assert_equal(second.dW, [[share * dv11, share * dv12], [share * dv21, share * dv22]])
