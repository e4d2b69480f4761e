"""Who teaches: a model, or the starter library when none is set."""

from techtree.settings import Settings, get_settings
from techtree.tutor.author import Author
from techtree.tutor.ledger import Allow, Recorder, unlimited


def get_author(
    record: Recorder, settings: Settings | None = None, allow: Allow = unlimited
) -> Author:
    """The author of the settings. `allow` is asked before each request to a model, and `record`
    told after it."""
    settings = settings or get_settings()
    # Imported here: a worker that teaches from the library never loads a model's client.
    if settings.teaches_from_library:
        from techtree.tutor.library import LibraryAuthor  # noqa: PLC0415

        return LibraryAuthor()
    from techtree.tutor.model_author import ModelAuthor  # noqa: PLC0415

    return ModelAuthor(settings, record, allow=allow)
