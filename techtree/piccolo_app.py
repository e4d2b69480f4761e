"""The tables and migrations that Piccolo manages."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from techtree.accounts import Learner
from techtree.assessments import Answer, Grading, Question
from techtree.ledger import Call
from techtree.lessons import Lesson, LessonVersion
from techtree.messages import Message, Study
from techtree.placements import Placement
from techtree.quizzes import Quiz
from techtree.sessions import Session
from techtree.syllabi import Concept, Module, Syllabus

APP_CONFIG = AppConfig(
    app_name="techtree",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        Learner,
        Session,
        Syllabus,
        Module,
        Concept,
        Lesson,
        LessonVersion,
        Study,
        Message,
        Quiz,
        Placement,
        Question,
        Answer,
        Grading,
        Call,
    ],
    migration_dependencies=["piccolo.apps.user.piccolo_app"],
)
