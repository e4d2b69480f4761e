"""Applies all missing migrations, and the notes that they were, in one transaction.

Piccolo notes a migration after it has committed it. Killed in between, it would begin the same one
again for ever.
"""

import asyncio

from piccolo.apps.migrations.commands.forwards import forwards

from techtree.connections import database


async def main() -> None:
    # Those that Piccolo begins inside of it are part of it.
    async with database().transaction():
        await forwards("all")


if __name__ == "__main__":
    asyncio.run(main())
