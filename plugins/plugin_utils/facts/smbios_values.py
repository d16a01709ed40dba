"""Reading one field of an SMBIOS structure: what is a value, and what is dmidecode saying that there is none."""

from __future__ import annotations

from .smbios_table import Structure

# dmidecode's own words for string number 0, a string that is not there, and a code outside the specification
# (DSP0134 6.1.3 for strings). Firmware's words for nothing ("None", "Default string") are placeholders:
# placeholders.py knows those, and the raw text is kept for them.
_NO_STRING = frozenset({"", "Not Specified", "Not Provided", "<BAD INDEX>", "<OUT OF SPEC>", "Unspecified"})
_NO_CODE = frozenset({"Unknown", "None", "UNKNOWN"})


def text(structure: Structure | None, *names: str) -> str | None:
    """The first of these fields that has a value; later names are what older versions call the field."""
    if structure is not None:
        for name in names:
            value = structure.fields.get(name, "")
            if value not in _NO_STRING:
                return value
    return None


def enumerated(structure: Structure | None, *names: str) -> str | None:
    """As ``text``, for a field that dmidecode decodes from a code: ``Unknown`` and ``None`` are no value."""
    value = text(structure, *names)
    return None if value in _NO_CODE else value


def number(structure: Structure | None, *names: str, unit: str = "") -> int | None:
    """A positive whole number followed by exactly this unit; 0 stands for "not known" in SMBIOS."""
    value = (text(structure, *names) or "").removesuffix(unit).strip()
    return int(value) or None if value.isascii() and value.isdigit() and len(value) <= 9 else None
