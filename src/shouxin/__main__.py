"""The program: ``shouxin`` and ``python -m shouxin``."""

import sys


def main() -> None:
    """Run the command line; the version alone is answered before anything is imported."""
    if sys.argv[1:] == ["--version"]:
        from shouxin import __version__

        print(f"shouxin {__version__}")
        return
    from shouxin.app.cli import main as run

    run()


if __name__ == "__main__":
    main()
