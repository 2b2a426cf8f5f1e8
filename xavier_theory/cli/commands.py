"""The commands: each parses its arguments, calls the API, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from xavier_theory.cli import showing
from xavier_theory.cli.activation_commands import as_json, gain, phase
from xavier_theory.cli.audit_command import audit
from xavier_theory.cli.completion import completion, theorem_names
from xavier_theory.cli.conformance_command import conformance
from xavier_theory.cli.fans_command import fans
from xavier_theory.cli.options import FOLDER, AtLeast, seeded
from xavier_theory.cli.output import print_json, print_table, progress
from xavier_theory.cli.running import REFUTED
from xavier_theory.cli.sample_command import sample
from xavier_theory.errors import UnknownNameError


def _processors(context: click.Context, parameter: click.Parameter, value: int | None) -> int:
    """What was asked for, or one worker for each processor."""
    from xavier_theory.verification.workers import available

    return available() if value is None else value


in_workers = click.option(
    "--workers",
    type=AtLeast(min=1),
    default=None,
    callback=_processors,
    help="Processes; by default one for each processor. The results do not depend on it.",
)


class _Group(click.Group):
    """A group of commands that suggests the nearest name for an unknown one."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            raise UnknownNameError("command", args[0], self.commands)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="xavier-theory", message="%(version)s")
@click.pass_context
def xavier_theory(context: click.Context) -> None:
    """The theory of weight initialization: derived, checked and sampled by machine.

    Exit status: 0 well; 1 a check was refuted, or pages are stale; 2 an error in the input; 70 a
    bug; 130 interrupted.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@xavier_theory.command("list")
@as_json
def list_command(as_json: bool) -> None:
    """List the theorems.

    \b
    Examples:
      xavier-theory list
      xavier-theory list --json
    """
    from xavier_theory.theorems import theorem_module, theorems

    stated = [theorem_module(name).STATEMENT for name in theorems()]
    if as_json:
        print_json([{"name": s.name, "title": s.title, "claims": list(s.claims)} for s in stated])
    else:
        print_table(
            ("theorem", "title", "claims"), [(s.name, s.title, ", ".join(s.claims)) for s in stated]
        )


@xavier_theory.command()
@click.argument("name", shell_complete=theorem_names)
@as_json
def show(name: str, as_json: bool) -> None:
    """Show a theorem: statement, assumptions, every step, remarks.

    \b
    Examples:
      xavier-theory show layer-variance
      xavier-theory show he-variance --json
    """
    if as_json:
        print_json(showing.theorem_data(name))
    else:
        click.echo(showing.theorem_text(name))


@xavier_theory.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=theorem_names)
@seeded
@in_workers
@as_json
@click.pass_context
def verify(
    context: click.Context, names: tuple[str, ...], seed: int, workers: int, as_json: bool
) -> None:
    """Check theorems: exactly in finite models, by certified integrals, on samples.

    Without a NAME, all of them. Exits with 1 if a check fails.

    \b
    Examples:
      xavier-theory verify
      xavier-theory verify he-variance xavier-variance --seed 7
      xavier-theory verify --json > report.json
    """
    from xavier_theory import api

    with progress("verifying") as tell:
        report = api.verify(names or None, seed=seed, progress=tell, workers=workers)
    if as_json:
        print_json(report.to_dict())
    else:
        showing.print_report(report, in_detail=bool(names))
    if not report.passed:
        context.exit(REFUTED)


@xavier_theory.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=theorem_names)
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; exit with 1 and a diff if a page is stale.",
)
@click.option("--out", type=FOLDER, default=Path("proofs"), show_default=True, help="Folder.")
@in_workers
@as_json
@click.pass_context
def prove(
    context: click.Context,
    names: tuple[str, ...],
    only_check: bool,
    out: Path,
    workers: int,
    as_json: bool,
) -> None:
    """Write the proofs as pages, with certificates, checks and the ledger of claims.

    With a NAME only that theorem's page and certificate, in seconds, and its rows in the tables.
    A README beside the folder gets its table of theorems, if it has the markers for one.

    \b
    Examples:
      xavier-theory prove
      xavier-theory prove he-variance
      xavier-theory prove --check
      xavier-theory prove --out /tmp/proofs
    """
    from xavier_theory.documents import proving

    if not only_check:
        proving.require_place(out, names)
    with progress("verifying") as tell:
        book = proving.book(tell, workers, names)
    for path in book.strangers(out):
        click.echo(f"left alone, since prove did not write it: {path}", err=True)
    if only_check:
        diff = book.differences(out)
        print_json({"fresh": not diff, "passed": book.passed}) if as_json else click.echo(
            diff, nl=False
        )
        context.exit(REFUTED if diff or not book.passed else 0)
    changed = book.write(out)
    if as_json:
        print_json({"changed": [str(path) for path in changed], "passed": book.passed})
    else:
        click.echo(f"{out}: {len(book.pages)} files, {len(changed)} changed")
        if names:
            click.echo(proving.LEFT)
    if not book.passed:
        context.exit(REFUTED)


@xavier_theory.command()
@seeded
@in_workers
@as_json
@click.pass_context
def claims(context: click.Context, seed: int, workers: int, as_json: bool) -> None:
    """Verdicts on the textbook's claims C1 to C21.

    The theorems that they rest on are verified first: a verdict is never quoted. Exits with 1 if a
    check fails.

    \b
    Examples:
      xavier-theory claims
      xavier-theory claims --json
    """
    from xavier_theory import api
    from xavier_theory.claims import FAILED, theorems_needed

    with progress("verifying") as tell:
        report = api.verify(theorems_needed(), seed=seed, progress=tell, workers=workers)
        verdicts = api.claims(report)
    if as_json:
        print_json([verdict.to_dict() for verdict in verdicts])
    else:
        rows = [(v.id, v.verdict, v.claim.claim, ", ".join(v.evidence)) for v in verdicts]
        print_table(("claim", "verdict", "says", "evidence"), rows)
    if any(verdict.verdict == FAILED for verdict in verdicts):
        context.exit(REFUTED)


@xavier_theory.command()
@click.argument("certificate", type=click.Path(path_type=Path))
@as_json
@click.pass_context
def check(context: click.Context, certificate: Path, as_json: bool) -> None:
    """Replay a certificate by the rules of the kernel, and say what it proves.

    A certificate that is refused is an error that names the line. Exits with 1 if it replays,
    but bears the name of a theorem that says something else.

    \b
    Examples:
      xavier-theory check proofs/certificates/layer-variance.json
      xavier-theory check my-theorem.json --json
    """
    from xavier_theory import api

    proved = api.check(certificate)
    data = showing.certificate_data(proved)
    if as_json:
        print_json(data)
    else:
        click.echo(showing.certificate_text(data, proved))
    if data["is_the_theorem"] is False:
        context.exit(REFUTED)


xavier_theory.add_command(gain)
xavier_theory.add_command(phase)
xavier_theory.add_command(fans)
xavier_theory.add_command(audit)
xavier_theory.add_command(conformance)
xavier_theory.add_command(sample)
xavier_theory.add_command(completion)


@xavier_theory.command()
@click.option("--out", type=FOLDER, default=Path("docs/figures"), show_default=True, help="Folder.")
@seeded
def figures(out: Path, seed: int) -> None:
    """Draw the figures of README and docs: digits through ten layers, training, the chain's phases.

    \b
    Examples:
      xavier-theory figures
      xavier-theory figures --out /tmp/figures
    """
    from xavier_theory.documents.figures import draw_all

    with progress("drawing figures") as tell:
        paths = draw_all(out, seed, tell)
    for path in paths:
        click.echo(str(path))


@xavier_theory.command()
@click.option(
    "--port", type=int, default=8765, show_default=True, help="Port; 0 takes any free one."
)
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
def explore(port: int, browser: bool) -> None:
    """Open the explorer: a page in the browser that runs this package, on this machine alone.

    Choose data, layers, activation and initialization; see what the theory predicts and what
    sampled networks do; train. Ctrl-C ends it.

    \b
    Examples:
      xavier-theory explore
      xavier-theory explore --port 0 --no-browser
    """
    from xavier_theory.explorer.launching import explore as serve

    serve(port, browser=browser, tell=lambda address: click.echo(f"{address} (Ctrl-C ends it)"))
