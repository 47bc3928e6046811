"""The guest image: `hanfslab box`."""

from typing import Annotated

import typer

from hanfslab.cli import output

app = typer.Typer(no_args_is_help=True, help="The guest image that labs are made from.")


@app.command()
def build(force: Annotated[bool, typer.Option("--force", help="Build also when nothing has changed.")] = False) -> None:
    """Build the guest image and give it to Vagrant.

    Does nothing when the image of the present recipe is there.
    Takes about a minute and a half, most of it for Debian's packages. Needs no root where users have namespaces.

    \b
    Example:
      hanfslab box build
    """
    from hanfslab.box import store

    before = store.current()
    box = store.build(force, output.note)
    if before and not force:
        output.note(f"box: {box.version} is there and its recipe has not changed; --force builds it again")


@app.command("list")
def list_(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """List the guest images that Vagrant has.

    The one that labs use now is marked with a star.

    \b
    Example:
      hanfslab box list
    """
    from hanfslab.box import recipe, store

    boxes, version = store.installed(), recipe.version()
    if json:
        output.print_json([{"name": box.name, "version": box.version, "current": box.version == version,
                            "bytes": box.size, "folder": str(box.folder)} for box in boxes])  # fmt: skip
        return
    for box in boxes:
        typer.echo(
            f"{'*' if box.version == version else ' '} {box.name} {box.version} {box.size >> 20} MiB {box.folder}"
        )
    if not any(box.version == version for box in boxes):
        output.note(f"no box of the present recipe ({version}): hanfslab box build")


@app.command()
def remove(
    version: Annotated[str, typer.Argument(help="As `box list` shows it.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every version.")] = False,
) -> None:
    """Remove a version of the guest image, or all of them, from Vagrant.

    \b
    Example:
      hanfslab box remove --all
    """
    from hanfslab.box import store
    from hanfslab.errors import UsageError

    if bool(version) == everything:
        raise UsageError("which version? Say one of `hanfslab box list`, or --all")
    for each in [box.version for box in store.installed()] if everything else [version]:
        store.remove(each)
        output.note(f"box: {each} removed")
