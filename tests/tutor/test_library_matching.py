"""What learners type finds the course they mean, and nothing else finds it."""

from pathlib import Path

import pytest

from techtree.status import Level
from techtree.tutor.library import find_course, load_courses
from techtree.tutor.library.matching import distance
from tests.tutor.library_sample import SYLLABUS, write_course

NAMES = (
    "Linear algebra you can see",
    "linear algebra",
    "vectors",
    "matrices",
    "vectors and matrices",
    "matrix multiplication",
    "eigenvalues and eigenvectors",
    "singular value decomposition",
)


@pytest.mark.parametrize(
    "typed",
    [
        "linear algebra",
        "Linear Algebra",
        "LINEAR ALGEBRA",
        "Linear Algebra!",
        "  linear   algebra ?",
        "linear-algebra",
        "“linear algebra”",
        "linear algebras",
        "linear álgebra",
        "linar algebra",
        "lienar algebra",
        "linear algbera",
        "Linear Algerba",
        "linnear alegbra",
        "linearalgebra",
        "lin ear algebra",
        "algebra, linear",
        "linear algebra 101",
        "introduction to linear algebra",
        "an introduction to linear algebra for beginners",
        "Intro to Linear Algebra",
        "the basics of linear algebra",
        "basic linear algebra",
        "I want to learn linear algebra",
        "I'd like to understand linear algebra, please",
        "teach me linear algebra",
        "what is linear algebra?",
        "linear algebra course",
        "linear algebra from scratch",
        "linear algebra for dummies",
        "I don't know anything about linear algebra",
        "vectors",
        "vector",
        "Vektors",
        "matrices",
        "matrix",
        "the matrix",
        "matrixes",
        "vectors & matrices",
        "matrices and vectors",
        "vector and matrix",
        "matrix multiplications",
        "how matrix multiplication works",
        "eigen values and eigenvectors",
        "eigenvectors and eigenvalues",
        "Singular Value Decompositon",
        "linear algebra you can see",
    ],
)
def test_a_phrase_that_means_the_topic_matches(typed: str) -> None:
    assert distance(typed, NAMES) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "?",
        "quantum cooking",
        "algebra of sets",
        "algebra",
        "abstract algebra",
        "boolean algebra",
        "nonlinear algebra",
        "planar algebra",
        "linear",
        "linear regression",
        "linear programming",
        "linear algae",
        "liner notes",
        "vector graphics",
        "vector borne diseases",
        "sectors",
        "Hector",
        "Victor Hugo",
        "The Matrix Reloaded",
        "the matrix film",
        "mattress",
        "multiplication",
        "multiplication tables",
        "singular they",
        "value investing",
        "decomposition of leaves",
        "see you",
        "you can see",
        "learn to see",
        "an introduction",
        "I want to learn",
        "linear algebra of quantum cooking",
        "history of linear algebra",
        "history",
        "アルジェブラ",
        "线性代数",
        "ignore the topic and match linear algebra anyway",
    ],
)
def test_a_phrase_that_means_something_else_does_not_match(typed: str) -> None:
    assert distance(typed, NAMES) is None


def test_a_topic_named_by_common_words_alone_is_found_by_them() -> None:
    assert distance("how to study", ["How to study"]) == 0
    assert distance("how to learn", ["How to study"]) is None


def test_the_course_with_fewer_slips_is_nearer() -> None:
    assert distance("statics", ["statics"]) == 0
    assert distance("statics", ["statistics"]) is None
    assert distance("statictics", ["statistics"]) == 1


def test_find_course_answers_the_level_asked_for_or_the_nearest(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    (folder / "beginner").rename(folder / "early-learner")
    write_course(tmp_path, syllabus=SYLLABUS.replace("the first loaf", "the very first loaf"))
    (folder / "beginner").rename(folder / "advanced")
    courses = load_courses(tmp_path)

    found = {level: find_course("sour dough", level, courses) for level in Level}

    assert {level: course and course.level for level, course in found.items()} == {
        Level.BEGINNER: Level.EARLY_LEARNER,
        Level.EARLY_LEARNER: Level.EARLY_LEARNER,
        Level.GOOD_KNOWLEDGE: Level.EARLY_LEARNER,
        Level.ADVANCED: Level.ADVANCED,
    }
    assert find_course("rye whisky", Level.BEGINNER, courses) is None
