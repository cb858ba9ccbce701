"""The kinds of layer, one a file: forward, backward, parameters, texts, explanations, equations, surgery.

To add a layer:
1. its file here, a class on `Layer` (on `SteadyLayer` where it does the same in training and afterwards, on
   `OutputLayer` where it ends in an activation): it says what the abstract methods ask, and `Layer.parameters` names
   its parameters with their axes;
2. its class in LAYERS in `lab/core/layers.py`;
3. its checked form in `lab/experiment/forms/layer_specs.py`;
4. the symbols of arrays and parameters that no other kind has in `lab/core/explain/matrices.py`.
What is missing is refused with its name when LAYERS is made.
"""
