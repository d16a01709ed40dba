"""交换机检查表: the monthly check (7.5) on paper, a line for each switch and one for each thing that is wrong."""

from __future__ import annotations

from datetime import date

from ..forms.document import Align, Block, Column, Form, Signatures, Table, Text
from ..i18n import Translator
from ..network.model import Network
from .looks import Look

_CELL = 300


def check_form(network: Network, look: Look, *, school: str, made_on: date, language: str) -> Form:
    _ = Translator("switching", language)
    troubled = {one.switch for one in look.troubles}
    rows = []
    for switch in sorted(network.switches, key=lambda one: one.name):
        state = look.states.get(switch.name)
        if state is None and switch.name not in troubled:
            continue
        if state is None:
            rows.append((switch.name, switch.room, *["—"] * 6, _("no answer")))
            continue
        up = sum(port.up for port in state.ports)
        hottest = max((degrees for _name, degrees, _limit in state.temperatures), default=None)
        parts = (*state.fans, *state.supplies)
        rows.append(
            (
                switch.name,
                switch.room,
                (state.model or "—")[:_CELL],
                (state.version or "—")[:_CELL],
                f"{up} / {len(state.ports)}",
                "—" if state.cpu is None else f"{state.cpu:.0f} %",
                "—" if hottest is None else f"{hottest:.0f} °C",
                "—"
                if not parts
                else _("well")
                if all(one.works is not False for one in parts)
                else _("broken"),
                _("see below") if switch.name in troubled else _("in order"),
            )
        )
    columns = (
        Column(_("Switch"), 1.4),
        Column(_("Room"), 1.4),
        Column(_("Model"), 2.0),
        Column(_("Firmware"), 2.0),
        Column(_("Ports up"), 1.0, Align.CENTER),
        Column(_("Processor"), 0.9, Align.CENTER),
        Column(_("Temperature"), 0.9, Align.CENTER),
        Column(_("Fans, power"), 1.0, Align.CENTER),
        Column(_("Result"), 1.0, Align.CENTER),
    )
    blocks: list[Block] = [Table(columns, rows)]
    if look.troubles:
        blocks.append(
            Table(
                (
                    Column(_("Switch"), 1.2),
                    Column(_("Port"), 1.8),
                    Column(_("What is wrong, and what to do"), 6.0),
                    Column(_("Done on, by"), 1.5),
                ),
                [(one.switch, one.port[:_CELL], one.what[:_CELL], "") for one in look.troubles],
            )
        )
    else:
        blocks.append(Text(lines=(_("Nothing is wrong."),)))
    blocks.append(Signatures((_("Checked by"), _("Person in charge"))))
    return Form(
        title=_("Monthly check of the switches"),
        number=f"{made_on:%Y-%m}",
        school=school[:100],
        made_on=made_on,
        language=language,
        landscape=True,
        blocks=tuple(blocks),
    )
