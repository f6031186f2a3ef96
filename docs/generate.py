"""Makes the generated pages of the documentation and compiles the message catalogues: `docs`, `messages`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import messages


def main(argv: list[str]) -> int:
    """Run the named subcommands and say which files changed."""
    for command in argv or ["messages", "docs"]:
        if command == "messages":
            changed = messages.compile_all()
        elif command == "docs":
            import pages

            changed = pages.write_all()
        else:
            sys.stderr.write(f"unknown subcommand {command}: use docs or messages\n")
            return 2
        for path in changed:
            sys.stdout.write(f"{path.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
