"""Where guests run: `hanfslab host`."""

from typing import Annotated

import typer

from hanfslab.cli import output

app = typer.Typer(no_args_is_help=True, help="The private libvirtd of hosts whose system has none that works.")


@app.command()
def start() -> None:
    """Start the private libvirtd, or recover what is left of it.

    Does nothing if it works. Other commands do this by themselves. Needs root.

    \b
    Example:
      hanfslab host start
    """
    from hanfslab.host import enter, libvirtd
    from hanfslab.host.paths import HostFolder

    holder = libvirtd.start(HostFolder.default(), enter.kvm_usable)
    output.note(f"private libvirtd runs (pid {holder.pid}, KVM {holder.kvm})")


@app.command()
def stop(force: Annotated[bool, typer.Option("--force", help="Cut off guests that still run.")] = False) -> None:
    """Stop the private libvirtd and leave nothing of it running.

    Refuses while guests run, unless --force cuts them off. Labs' definitions and volumes stay. Needs root.

    \b
    Example:
      hanfslab host stop --force
    """
    from hanfslab.host import libvirtd
    from hanfslab.host.paths import HostFolder

    lost = libvirtd.stop(HostFolder.default(), force)
    output.note(f"private libvirtd stopped{', guests cut off: ' + ', '.join(lost) if lost else ''}")


@app.command("exec", context_settings={"ignore_unknown_options": True})
def exec_(command: Annotated[list[str], typer.Argument(metavar="COMMAND", help="After --.")]) -> None:
    """Run a command where the guests are: virsh, vagrant, a shell. Its exit code is passed on.

    \b
    Example:
      hanfslab host exec -- virsh list --all
    """
    import os

    from hanfslab.errors import UsageError
    from hanfslab.host.enter import enter

    enter()
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        raise UsageError(f"{command[0]}: {error.strerror}") from None


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False) -> None:
    """Say which libvirt the guests run under, and why.

    Also what runs there now.

    \b
    Example:
      hanfslab host status
    """
    from dataclasses import asdict

    from hanfslab.host.status import status as look

    seen = look()
    if as_json:
        output.print_json(asdict(seen))
        return
    state = "running" if seen.running else "started when needed" if seen.libvirt == "private" else "not running"
    typer.echo(f"libvirt  {seen.libvirt}: {seen.reason}")
    if seen.libvirt != "none":
        typer.echo(f"state    {state}")
        typer.echo(f"guests   {', '.join(seen.guests) or 'none'}")
    if seen.holder:
        pids = {"holder": seen.holder, **seen.daemons}
        typer.echo(f"pids     {', '.join(f'{name} {pid}' for name, pid in pids.items())}")
        typer.echo(f"kvm      {seen.kvm} inside")
    if seen.folder:
        typer.echo(f"folder   {seen.folder}")
    if seen.hint:
        typer.echo(f"remedy   {seen.hint}")
