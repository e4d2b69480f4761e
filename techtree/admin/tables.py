"""The tables of `/admin`: what is selected, how it is searched, what can be done with a row."""
# Every part of every query is a constant of this package.
# ruff: noqa: S608

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from techtree.accounts import Learner

PAGE = 50


@dataclass(frozen=True, slots=True)
class Action:
    """A button beside a row. It posts to `path` below `/admin`."""

    path: str
    label: str


Row = Mapping[str, Any]


def _none(_: Row) -> list[Action]:
    return []


@dataclass(frozen=True, slots=True)
class AdminTable:
    name: str
    title: str
    query: str
    """Selects columns in the order shown, newest first. `id` identifies a row, `href` is where it
    leads to; neither is shown."""
    actions: Callable[[Row], list[Action]] = _none

    async def page(self, search: str, number: int) -> "Page":
        """The rows of which some column has `search` in it, `PAGE` to a page."""
        rows = await Learner.raw(
            f"SELECT * FROM ({self.query}) found"
            " WHERE {} = '' OR found::text ILIKE {} LIMIT {} OFFSET {}",
            search,
            f"%{_literal(search)}%",
            PAGE + 1,
            (number - 1) * PAGE,
        )
        return Page(rows[:PAGE], number, has_more=len(rows) > PAGE)


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[dict[str, Any]]
    number: int
    has_more: bool


def _literal(search: str) -> str:
    """Without the meaning that ILIKE gives to some characters."""
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _of_learner(row: Row) -> list[Action]:
    if row["account"] == "guest":
        return []
    label = "Disable" if row["account"] == "active" else "Enable"
    return [Action(f"learners/{row['id']}/{label.lower()}", label)]


def _of_syllabus(row: Row) -> list[Action]:
    if row["in_catalogue"]:
        return [Action(f"syllabi/{row['id']}/withdraw", "Take out of the catalogue")]
    if row["status"] != "complete":
        return []
    return [Action(f"syllabi/{row['id']}/publish", "Put into the catalogue")]


def _of_question(row: Row) -> list[Action]:
    if row["retired"] or not row["item_key"]:
        return []
    return [Action(f"questions/{row['id']}/retire", "Retire")]


def _of_job(row: Row) -> list[Action]:
    if row["status"] in ("pending", "writing"):
        return [Action(f"jobs/{row['id']}/cancel", "Cancel")]
    return [Action(f"jobs/{row['id']}/retry", "Retry")]


_WHO = "coalesce(u.email, 'guest ' || left(o.id::text, 8), '')"
_OWNER = "LEFT JOIN learner o ON o.id = {} LEFT JOIN piccolo_user u ON u.id = o.user"

JOBS = {
    "draft_syllabus": "SELECT w.*, w.topic AS subject, w.learner AS owner FROM syllabus w",
    "write_lesson": "SELECT w.*, l.title AS subject, s.learner AS owner FROM lesson_version w"
    " JOIN lesson l ON l.id = w.lesson JOIN syllabus s ON s.id = l.syllabus",
    "reply_to_message": "SELECT w.*, left(q.content, 80) AS subject, s.learner AS owner"
    " FROM message w JOIN message q ON q.id = w.answers JOIN study s ON s.id = w.study",
    "write_question": "SELECT w.*, coalesce(l.title, p.topic, '') AS subject,"
    " coalesce(s.learner, p.learner) AS owner FROM question w LEFT JOIN study s ON s.id = w.study"
    " LEFT JOIN lesson l ON l.id = s.lesson LEFT JOIN placement p ON p.id = w.placement",
    "grade_answer": "SELECT w.*, left(a.content, 80) AS subject, a.learner AS owner"
    " FROM grading w JOIN answer a ON a.id = w.answer",
}
"""Every kind of job with its subject and whose it is."""

_JOBS = " UNION ALL ".join(
    f"SELECT w.id, '{kind}' AS kind, w.subject, {_WHO} AS learner, w.status, w.attempt, w.tries,"
    f" w.failure, w.created_at FROM ({query}) w {_OWNER.format('w.owner')}"
    " WHERE w.status <> 'complete'"
    for kind, query in JOBS.items()
)

TABLES = {
    table.name: table
    for table in (
        AdminTable(
            "learners",
            "Learners",
            "SELECT o.id, coalesce(u.email, 'guest ' || left(o.id::text, 8)) AS learner,"
            " CASE WHEN u.id IS NULL THEN 'guest' WHEN u.active THEN 'active' ELSE 'disabled' END"
            " AS account, coalesce(u.admin, false) AS administrator,"
            " (SELECT count(*) FROM syllabus s WHERE s.learner = o.id) AS syllabi,"
            " (SELECT count(*) FROM answer a WHERE a.learner = o.id) AS answers,"
            " (SELECT max(seen_at) FROM session s WHERE s.learner = o.id) AS last_seen,"
            " o.created_at FROM learner o LEFT JOIN piccolo_user u ON u.id = o.user"
            " ORDER BY o.created_at DESC",
            _of_learner,
        ),
        AdminTable(
            "syllabi",
            "Syllabi",
            "SELECT s.id, '/syllabi/' || s.id AS href, coalesce(nullif(s.title, ''), s.topic)"
            f" AS syllabus, s.level, {_WHO} AS learner, s.in_catalogue, s.status, s.model,"
            f" s.created_at FROM syllabus s {_OWNER.format('s.learner')}"
            " ORDER BY s.created_at DESC",
            _of_syllabus,
        ),
        AdminTable(
            "lessons",
            "Lessons",
            "SELECT l.id, '/lessons/' || l.id AS href, l.title AS lesson, s.title AS syllabus,"
            " coalesce(v.number, 0) AS versions, coalesce(v.status, 'not written') AS status,"
            " coalesce(v.model, '') AS model, v.created_at FROM lesson l"
            " JOIN syllabus s ON s.id = l.syllabus LEFT JOIN LATERAL (SELECT * FROM lesson_version"
            " WHERE lesson = l.id ORDER BY number DESC LIMIT 1) v ON true"
            " ORDER BY v.created_at DESC NULLS LAST",
        ),
        AdminTable(
            "questions",
            "Questions",
            "SELECT q.id, coalesce(q.item->>'text', '') AS question, q.item_key, q.use, q.level,"
            f" {_WHO} AS learner, q.status, q.flagged, q.retired, q.model, q.created_at"
            " FROM question q LEFT JOIN study t ON t.id = q.study"
            " LEFT JOIN placement p ON p.id = q.placement"
            f" {_OWNER.format('coalesce(t.learner, p.learner)')} ORDER BY q.created_at DESC",
            _of_question,
        ),
        AdminTable(
            "answers",
            "Answers",
            "SELECT a.id, coalesce(q.item->>'text', '') AS question, a.content AS answer,"
            f" a.verdict, a.score, a.method, a.grader, a.feedback, {_WHO} AS learner,"
            " a.supersedes IS NOT NULL AS later_finding, a.created_at FROM answer a"
            f" JOIN question q ON q.id = a.question {_OWNER.format('a.learner')}"
            " ORDER BY a.created_at DESC",
        ),
        AdminTable(
            "jobs",
            "Jobs",
            f"SELECT * FROM ({_JOBS}) jobs ORDER BY created_at DESC",
            _of_job,
        ),
        AdminTable(
            "ledger",
            "Ledger",
            f"SELECT c.id, c.kind, c.model, c.prompt, {_WHO} AS learner, c.tokens_in, c.tokens_out,"
            " c.cost, c.first_token_ms, c.total_ms, c.outcome, c.created_at FROM call c"
            f" {_OWNER.format('c.learner')} ORDER BY c.created_at DESC",
        ),
    )
}
