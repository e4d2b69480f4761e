"""The starter library: courses as files, an author that teaches from them, and their checker."""

from techtree.tutor.library.author import LibraryAuthor
from techtree.tutor.library.checks import check, main_check
from techtree.tutor.library.courses import Course, CourseLesson, CourseLevel
from techtree.tutor.library.problems import Problem
from techtree.tutor.library.shelf import LIBRARY, course_picture, find_course, load_courses
from techtree.tutor.library.skeleton import write_skeleton

__all__ = [
    "LIBRARY",
    "Course",
    "CourseLesson",
    "CourseLevel",
    "LibraryAuthor",
    "Problem",
    "check",
    "course_picture",
    "find_course",
    "load_courses",
    "main_check",
    "write_skeleton",
]
