"""`python -m tests.languages`: brings the catalogues up to date and says what they lack."""

import sys

from tests.languages.catalogues import gaps, languages, write

for language in languages():
    write(language)
    for gap in gaps(language):
        sys.stdout.write(f"{language}: {gap}\n")
