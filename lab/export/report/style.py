"""How the page looks: the colours of the window's two themes, by what the reader's system prefers, and for paper."""

import tomllib

from lab.export.report.markup import Markup
from lab.paths import resources

_USED = (
    "background", "panel", "line", "grid", "edge", "ink", "dim", "accent", "zero", "negative_ink", "positive_ink",
    "train", "validation", "test", *(f"class_{number}" for number in range(10)),
)  # fmt: skip

_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--background);color:var(--ink);font:15px/1.5 Inter,system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:26px;margin:0 0 2px}h2{font-size:19px;margin:0 0 10px}h3{font-size:15px;margin:20px 0 6px}
p{margin:0 0 10px}.dim,figcaption,.small{color:var(--dim)}.small{font-size:13px}
section{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:16px 18px;margin:16px 0}
table{border-collapse:collapse;font-size:13.5px}
th,td{padding:4px 12px 4px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:600;white-space:nowrap}
.keys th{font-weight:400}
td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.wide{overflow-x:auto;margin:0 0 10px}
.facts{display:flex;flex-wrap:wrap;gap:10px 28px;margin:14px 0 0}
.facts div{display:flex;flex-direction:column}.facts b{font-size:20px;font-variant-numeric:tabular-nums}
.facts span{color:var(--dim);font-size:13px}
.chart{margin:0 0 14px}.chart svg{width:100%;height:auto;display:block}
svg text{font:11.5px Inter,system-ui,sans-serif;fill:var(--dim)}svg .name{fill:var(--ink)}
.grid{stroke:var(--grid)}.axis{fill:none;stroke:var(--edge)}
.line{fill:none;stroke-width:2;stroke-linejoin:round}.pale{stroke-width:1;opacity:.45}
.dash{stroke-width:1;stroke-dasharray:5 4}.mark{stroke:var(--accent);stroke-dasharray:2 3;stroke-width:1.5}
.points circle{opacity:.7}
figcaption{display:flex;flex-wrap:wrap;gap:4px 18px;padding-left:9%;font-size:13px}
figcaption i{display:inline-block;width:16px;height:3px;margin:0 6px 3px 0;vertical-align:middle}
figcaption i.pale{height:2px}
.heat{image-rendering:pixelated;background:var(--zero);outline:1px solid var(--line);display:block;max-width:100%}
.pictures{display:flex;flex-wrap:wrap;gap:10px}.pictures figure{margin:0;font-size:13px;color:var(--dim)}
.matrices{display:flex;flex-wrap:wrap;gap:18px 26px;align-items:flex-start;margin:8px 0 4px}
.matrix{margin:0;max-width:100%}.matrix>div:first-child{font-size:13px;margin-bottom:4px}
.matrix b{font-size:15px}
.cells{font:12px/1.35 "DejaVu Sans Mono",ui-monospace,monospace;margin-top:4px}
.cells td{padding:1px 7px 1px 0;border:0;text-align:right;white-space:nowrap}
.below{color:var(--negative_ink)}.above{color:var(--positive_ink)}
.formula{font:13px/1.6 "DejaVu Sans Mono",ui-monospace,monospace;overflow-wrap:anywhere}
.count{text-align:center;min-width:44px}.count,.confusion th{padding:6px 10px}
.confusion td.count{border:1px solid var(--line)}
@media print{body{background:#fff;font-size:11pt}main{max-width:none;padding:0}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:12px 0;background:none}
.chart,.matrix,tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}.wide{overflow:visible}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def style() -> Markup:
    """Return the style of the page, with both themes in it."""
    light, dark = _colours("light"), _colours("dark")
    text = f":root{{color-scheme:light dark;{light}}}\n"
    text += f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{_RULES}"
    return Markup(f"<style>\n{text}</style>")


def _colours(theme: str) -> str:
    with (resources() / "themes" / f"{theme}.toml").open("rb") as stream:
        colours = tomllib.load(stream)
    return "".join(f"--{name}:{colours[name]};" for name in _USED)
