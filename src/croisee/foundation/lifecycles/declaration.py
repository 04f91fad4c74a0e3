"""What a lifecycle is: states, transitions, roles and checks, in one table.

The buttons, the database's guards, the diagram, the documentation and the tests all read this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.db import models
from transitions import Machine
from transitions.extensions import GraphMachine

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from croisee.foundation.accounts.models import Account
    from croisee.foundation.accounts.roles import Role

    Check = Callable[[Any, "Account | None"], "StrOrPromise | None"]

REGISTERED: dict[str, "Lifecycle"] = {}


@dataclass(frozen=True)
class Transition:
    """One allowed change of state.

    `label` is what the button says (a verb). `roles` are those whose holders may do it; none means that
    only the software itself does it. `check(obj, account)` returns why not, as a sentence for the reader,
    or None when nothing stands in the way. `confirm` is a question asked first, for what cannot be undone.
    """

    name: str
    label: "StrOrPromise"
    origins: tuple[str, ...]
    target: str
    roles: "tuple[Role, ...]" = ()
    check: "Check | None" = None
    confirm: "StrOrPromise" = ""


@dataclass(frozen=True)
class Lifecycle:
    """The states of one kind of thing and the ways between them.

    `name` is `app.thing`; `states` a `TextChoices`; every object begins in `initial`. Raises ValueError
    when the table contradicts itself: an unknown state, two transitions of one name, a state that nothing
    leads to.
    """

    name: str
    label: "StrOrPromise"
    states: type[models.TextChoices]
    initial: str
    transitions: tuple[Transition, ...]
    field_name: str = "state"

    def __post_init__(self) -> None:
        names = [transition.name for transition in self.transitions]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: two transitions have the same name")
        reached = {str(self.initial)} | {str(t.target) for t in self.transitions}
        used = reached | {str(origin) for t in self.transitions for origin in t.origins}
        if unknown := used - set(self.states.values):
            raise ValueError(f"{self.name}: unknown states {sorted(unknown)}")
        if lost := set(self.states.values) - reached:
            raise ValueError(f"{self.name}: nothing leads to {sorted(lost)}")
        REGISTERED[self.name] = self

    @cached_property
    def machine(self) -> Machine:
        """The machine of the `transitions` library; it holds no object, it is asked what leads where."""
        return Machine(model=None, **self._table)

    @property
    def _table(self) -> dict[str, Any]:
        """The table as the `transitions` library takes it."""
        rows = [(t.name, str(origin), str(t.target)) for t in self.transitions for origin in t.origins]
        return {
            "states": list(self.states.values),
            "initial": str(self.initial),
            "transitions": [dict(zip(("trigger", "source", "dest"), row, strict=True)) for row in rows],
            "auto_transitions": False,
        }

    def transition(self, name: str) -> Transition:
        """The transition called `name`; KeyError when there is none."""
        return {transition.name: transition for transition in self.transitions}[name]

    def leaving(self, state: str) -> list[Transition]:
        """Transitions that start from `state`, in the order of the table."""
        possible = set(self.machine.get_triggers(str(state)))
        return [transition for transition in self.transitions if transition.name in possible]

    def mermaid(self) -> str:
        """The diagram as Mermaid text, without the library's styling."""
        machine = GraphMachine(model="self", graph_engine="mermaid", **self._table)
        lines = str(machine.get_combined_graph().draw(None)).splitlines()
        kept = (line.strip() for line in lines)
        body = [line for line in kept if line.startswith("state ") or "-->" in line]
        return "\n".join(["stateDiagram-v2", *(f"  {line}" for line in body)])

    def field(self) -> "models.CharField[str, str]":
        """The model's field for the state; not editable by forms."""
        return models.CharField(
            choices=self.states.choices, default=str(self.initial), editable=False, max_length=32
        )

    def constraints(self) -> list[models.BaseConstraint]:
        """For the model's Meta: the column holds a state of this lifecycle."""
        known = models.Q(**{f"{self.field_name}__in": [str(value) for value in self.states.values]})
        return [models.CheckConstraint(condition=known, name=f"{self.name.replace('.', '_')}_state_known")]

    def triggers(self) -> list[pgtrigger.Trigger]:
        """For the model's Meta: objects begin and move as the table says, even by raw SQL."""
        pairs = sorted({(str(o), str(t.target)) for t in self.transitions for o in t.origins})
        return [
            pgtrigger.Protect(
                name="state_begins",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(**{f"new__{self.field_name}": str(self.initial)}),
            ),
            pgtrigger.FSM(name="state_moves", field=self.field_name, transitions=pairs),
        ]


def of(model: type[models.Model]) -> Lifecycle:
    """The lifecycle that a model declares as its attribute `lifecycle`."""
    lifecycle: Lifecycle = model.lifecycle  # type: ignore[attr-defined]  # models say it by convention
    return lifecycle
