"""What is wrong with a book, place by place, as sentences for the person who keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...i18n import DEFAULT_LANGUAGE, Message, UserError
from .reading import Fault

SHOWN_VALUE = 40


def shown(value: object) -> str:
    """A cell's value for a message: bounded, without control characters."""
    text = value.text if isinstance(value, Fault) else str(value)
    text = "".join(character if character.isprintable() else " " for character in text[: SHOWN_VALUE + 1])
    return text[:SHOWN_VALUE] + "…" if len(text) > SHOWN_VALUE else text


@dataclass(frozen=True, slots=True)
class Issue:
    """``column`` is the letter, None where the whole row (or, with row 0, the whole book) is meant."""

    row: int
    reason: Message
    column: str | None = None
    header: str = ""
    value: str = ""

    def render(self, language: str = DEFAULT_LANGUAGE) -> str:
        if not self.row:
            return self.reason.render(language)
        if self.column is None:
            return Message("import", "Row {row}: {reason}", {"row": self.row, "reason": self.reason}).render(
                language
            )
        return Message(
            "import",
            "Row {row}, column {column} “{header}”, value “{value}”: {reason}",
            {
                "row": self.row,
                "column": self.column,
                "header": self.header,
                "value": self.value,
                "reason": self.reason,
            },
        ).render(language)


@dataclass(slots=True)
class Issues:
    """The first ``limit`` issues, and how many there were in all."""

    limit: int = 1000
    items: list[Issue] = field(default_factory=list)
    count: int = 0

    def add(self, issue: Issue) -> None:
        self.count += 1
        if len(self.items) < self.limit:
            self.items.append(issue)


@dataclass(frozen=True)
class _IssueList(Message):
    """A heading, then one line per issue."""

    issues: tuple[Issue, ...] = ()
    count: int = 0

    def render(self, language: str = DEFAULT_LANGUAGE) -> str:
        lines = [super().render(language), *(f"  {issue.render(language)}" for issue in self.issues)]
        if (more := self.count - len(self.issues)) > 0:
            lines.append("  " + Message("import", "… and {count} more", {"count": more}).render(language))
        return "\n".join(lines)


class BookError(UserError):
    """A book with errors: nothing of it was imported. ``issues`` are the errors, ``count`` says how many."""

    SHOWN = 50

    def __init__(self, file: str, issues: Issues) -> None:
        super().__init__(
            "import",
            "The book {file} was not imported at all; errors: {count}. Correct them and import it again:",
            file=file,
            count=issues.count,
        )
        self.issues = tuple(issues.items)
        self.count = issues.count
        heading = self.message
        self.message = _IssueList(
            heading.domain, heading.text, heading.fields, self.issues[: self.SHOWN], issues.count
        )
