"""Which known machine a PC that was just seen is. Pure: no database, no clock, no chance.

Witnesses are three: *firmware* (system serial, board serial, UUID), *network* (permanent MACs) and *storage*
(disk serials). A witness **agrees** where one of its keys is equal on both sides, **contradicts** where both
sides have keys of one kind and none is equal, and else is silent. Firmware can do both at once (a new board
in the old case). A key that two hosts of one run, or two known machines, hold agrees with nobody. A
simulated machine is never a real one.

Rules, the first that fits:

1. Two or three witnesses agree: the same machine, whatever its host name and seat. So a PC that was renamed,
   re-imaged or moved stays itself, and so does one with a new board, NIC or disk.
2. One witness agrees, the host is the same, firmware does not contradict, and at most one other witness
   does: the same machine. So a PC stays itself when it is seen without root, or with a new disk.
3. No witness agrees or contradicts, the host is the same, and the features (maker, product, board, CPU)
   agree in at least one and contradict in none, or neither side has any: the same machine, flagged weak. So
   PCs stay themselves whose keys are all placeholders or shared.
4. One witness agrees, but rule 2 does not hold: a new machine, and an ambiguity that names the other.
5. None of these: a new machine.

The host name never decides alone and never overrules a key. Claims are settled from the strongest down: more
witnesses, then the same host, then fewer contradictions, then more equal keys. Of several equal claims on one
machine, or of one host, none wins: the hosts become new machines, with an ambiguity. (Equal claims by
rule 3 go to the machine that was added last.) Each host and each machine is settled at most once, so that
no two hosts of one run are ever merged; a machine that was settled for another host is no ambiguity.

Costs are linear in the keys: one that two hundred hosts hold is dropped before any two hosts are compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from .keys import FIRMWARE, Keys

Pair = tuple[str, str]

_WITNESSES = (FIRMWARE, ("mac",), ("disk",))


class Basis(StrEnum):
    """What a decision rests on."""

    KEYS = "keys"  # rule 1
    HOST_AND_KEY = "host_and_key"  # rule 2
    HOST_AND_FEATURES = "host_and_features"  # rule 3
    NEW = "new"  # rules 4 and 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One host that a run has observed."""

    host: str
    keys: Keys
    features: Mapping[str, str]
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Seen):
    """A machine of the ledger as it was last seen."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``machine_id`` is None for a new machine; ``ambiguous_with`` then names those that it might have been.

    ``agreeing`` are the keys, as (kind, value), that spoke for this. ``weak`` says that no trustworthy key
    did: the machine, or the new one, is known by its host and features alone.
    """

    host: str
    machine_id: int | None
    basis: Basis
    weak: bool = False
    ambiguous_with: tuple[int, ...] = ()
    agreeing: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    """What speaks for ``host`` being ``machine``. ``basis`` is NEW where it is not enough (rule 4)."""

    host: str
    machine: int
    basis: Basis
    strength: tuple[int, ...]
    agreeing: tuple[Pair, ...]


def identify(
    seen: Iterable[Seen], known: Iterable[Known], *, taken: AbstractSet[int] = frozenset()
) -> list[Decision]:
    """Decide for every host of one run; one decision per host, by host name, whatever the order of the input.

    ``known`` must hold every machine that shares a key or the host name with one of ``seen``; others change
    nothing. ``taken`` are machines that this run has already seen under other hosts (a part of the run was
    committed before). Raises ValueError where a host occurs twice.
    """
    hosts = sorted(seen, key=lambda one: one.host)
    if len({one.host for one in hosts}) < len(hosts):
        raise ValueError("a host occurs twice in one run")
    machines = list(known)
    shared = _shared(hosts) | _shared(machines)
    free = [machine for machine in machines if machine.id not in taken]

    claims = sorted(_claims(hosts, free, shared), key=lambda claim: claim.strength, reverse=True)
    settled = _settle([claim for claim in claims if claim.basis is not Basis.NEW])
    placed = {claim.machine for claim in settled.values()}
    doubts: dict[str, list[_Claim]] = defaultdict(list)
    for claim in claims:
        if claim.agreeing and claim.machine not in placed:
            doubts[claim.host].append(claim)
    return [
        _known_machine(settled[one.host])
        if one.host in settled
        else _new_machine(one, doubts[one.host], weak=shared.issuperset(one.keys.pairs()))
        for one in hosts
    ]


def _shared(several: Iterable[Seen]) -> set[Pair]:
    count = Counter(pair for one in several for pair in one.keys.pairs())
    return {pair for pair, holders in count.items() if holders > 1}


def _claims(hosts: Sequence[Seen], machines: Sequence[Known], shared: AbstractSet[Pair]) -> Iterator[_Claim]:
    by_id = {machine.id: machine for machine in machines}
    by_key = {pair: machine.id for machine in machines for pair in machine.keys.pairs() if pair not in shared}
    by_host: dict[str, list[int]] = defaultdict(list)
    for machine in machines:
        by_host[machine.host].append(machine.id)
    for one in hosts:
        agreeing: dict[int, list[Pair]] = {number: [] for number in by_host.get(one.host, ())}
        for pair in one.keys.pairs():
            if pair in by_key:
                agreeing.setdefault(by_key[pair], []).append(pair)
        for number, pairs in agreeing.items():
            if by_id[number].simulated == one.simulated:
                claim = _claim(one, by_id[number], tuple(pairs))
                if claim is not None:
                    yield claim


def _claim(one: Seen, machine: Known, agreeing: tuple[Pair, ...]) -> _Claim | None:
    kinds = {kind for kind, _ in agreeing}
    # By all keys, shared ones too: what differs tells two PCs apart whoever else has it.
    contradicting = {
        kind
        for kind, values in one.keys.values.items()
        if values.isdisjoint(machine.keys.values.get(kind, values))
    }
    agree = sum(not kinds.isdisjoint(witness) for witness in _WITNESSES)
    contradict = sum(not contradicting.isdisjoint(witness) for witness in _WITNESSES)
    same_host = one.host == machine.host

    strength: tuple[int, ...] = (agree, same_host, -contradict, len(agreeing))
    if agree > 1:
        basis = Basis.KEYS
    elif agree and same_host and contradict <= 1 and contradicting.isdisjoint(FIRMWARE):
        basis = Basis.HOST_AND_KEY
    elif agree:
        basis = Basis.NEW
    elif not contradict and same_host and _same_features(one.features, machine.features):
        basis = Basis.HOST_AND_FEATURES
        common = one.features.items() & machine.features.items()
        strength = (0, len(common), machine.id)
    else:
        return None
    return _Claim(one.host, machine.id, basis, strength, agreeing)


def _same_features(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    common = one.keys() & other.keys()
    if not common:
        return not one and not other
    return all(one[name] == other[name] for name in common)


def _settle(claims: Sequence[_Claim]) -> dict[str, _Claim]:
    """The claims that win, by host. ``claims`` come strongest first."""
    settled: dict[str, _Claim] = {}
    hosts: set[str] = set()
    machines: set[int] = set()
    for _, equals in groupby(claims, key=lambda claim: claim.strength):
        rivals = [claim for claim in equals if claim.host not in hosts and claim.machine not in machines]
        per_host = Counter(claim.host for claim in rivals)
        per_machine = Counter(claim.machine for claim in rivals)
        for claim in rivals:
            hosts.add(claim.host)
            machines.add(claim.machine)
            if per_host[claim.host] == per_machine[claim.machine] == 1:
                settled[claim.host] = claim
    return settled


def _known_machine(claim: _Claim) -> Decision:
    return Decision(
        host=claim.host,
        machine_id=claim.machine,
        basis=claim.basis,
        weak=claim.basis is Basis.HOST_AND_FEATURES,
        agreeing=claim.agreeing,
    )


def _new_machine(one: Seen, doubts: Sequence[_Claim], *, weak: bool) -> Decision:
    return Decision(
        host=one.host,
        machine_id=None,
        basis=Basis.NEW,
        weak=weak,
        ambiguous_with=tuple(sorted({claim.machine for claim in doubts})),
        agreeing=tuple(sorted({pair for claim in doubts for pair in claim.agreeing})),
    )
