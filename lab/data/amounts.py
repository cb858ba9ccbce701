"""Numbers with something around them: currencies, per cents, units, brackets for a minus, blanks between thousands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_CURRENCIES = (
    r"US\$|A\$|C\$|R\$|NT\$|HK\$|[$€£¥₹₽₩₺¢฿₫₪]|"
    r"(?:USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|RUB|KRW|SEK|NOK|DKK|PLN|CZK|HUF|CAD|AUD|BRL|MXN|ZAR|TRY|kr|zł|Fr\.|Rs\.?)"
)
_BLANKS = " \xa0\u2009\u202f'’"
_CORE = rf"(?P<core>\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+(?:[.,]\d+)?|[.,]?\d[\d.,]*(?:[eE][+-]?\d+)?)"
_AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<minus>[-+−])?\s*(?:(?P<before>{_CURRENCIES})\s*)?(?P<inner>[-−])?{_CORE}\s*"
    rf"(?:(?P<after>{_CURRENCIES})|(?P<percent>%)|(?P<unit>(?:[°µμ]|[^\W\d_])(?:[°µμ/²³]|[^\W\d_]){{0,7}}[23]?))?"
    rf"\s*(?P<close>\))?(?P<last>[-−])?"
)


@dataclass(frozen=True)
class Amount:
    """A number's digits and signs without blanks, its minus, and the currency, unit or per cent sign beside it."""

    core: str
    is_minus: bool
    unit: str

    def value(self, number: float) -> float:
        """Return what the cell is worth where its digits are this number; per cents are hundredths."""
        size = number / 100 if self.unit == "%" else number
        return -size if self.is_minus else size


def amount_of(text: str) -> Amount | None:
    """Return what a cell holds that is a number with something around it, None where it holds something else."""
    found = _AMOUNT.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    minuses = [bool(found["open"]), found["minus"] in ("-", "−"), bool(found["inner"]), bool(found["last"])]
    if sum(minuses) > 1:
        return None
    core = re.sub(f"[{_BLANKS}]", "", found["core"])
    unit = found["before"] or found["after"] or found["unit"] or found["percent"] or ""
    return Amount(core, any(minuses), unit)


def amounts_of(texts: Sequence[str]) -> list[Amount] | None:
    """Return the amounts of a column's different texts; None where one is none, or they have different units.

    A unit of letters must stand behind at least half of them: numbers of houses, 12 and 12a, are none.
    """
    found = []
    for text in texts:
        one = amount_of(text)
        if one is None:
            return None
        found.append(one)
    units = {one.unit for one in found} - {""}
    if len(units) > 1:
        return None
    with_unit = sum(one.unit != "" for one in found)
    of_letters = any(unit[0].isalpha() for unit in units)
    return None if of_letters and 2 * with_unit < len(found) else found
