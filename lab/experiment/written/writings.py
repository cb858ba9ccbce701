"""The table of formats that cells, matrices and pages of equations are copied in."""

from lab.core.table import Table
from lab.experiment.written.latex import LATEX
from lab.experiment.written.markdown import MARKDOWN
from lab.experiment.written.numpy_code import NUMPY
from lab.experiment.written.plain import PLAIN
from lab.experiment.written.writing import Writing

WRITINGS: Table[Writing] = Table((PLAIN, LATEX, NUMPY, MARKDOWN))
"""Name to the format: what the Copy menus list."""
