"""Build the documentation site into a folder."""

from pathlib import Path

import click

from website.build import build


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("site"), help="The folder to write into."
)
def main(out: Path) -> None:
    """Write every page of the documentation and its search index; a link that leads nowhere is an error.

    \b
    Example:
      python -m website --out site
    """
    broken = build(out)
    for one in broken:
        click.echo(f"broken link: {one}", err=True)
    if broken:
        raise SystemExit(1)
    click.echo(f"wrote {out / 'index.html'} and {sum(1 for _ in out.rglob('*.html')) - 1} more pages")


if __name__ == "__main__":
    main()
