"""`pdf-parser parse | serve | fake-argo | compile | cleanup | events | sample`, and those of a service: `remote_args`.

Heavy imports happen in the command that needs them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from api.cli.age import parse_age
from api.cli.remote_args import add_remote_commands
from pdf_parser.domain.options import AUTO, BALANCED, Mode, ParseOptions


def main(argv: Sequence[str] | None = None) -> int:
    args, rest = _parser().parse_known_args(argv)
    if args.command == "compile":
        return subprocess.run([sys.executable, "-m", "pipelines.compile", *rest], check=False).returncode  # noqa: S603
    if rest:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    command: int = args.run(args)
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pdf-parser", description="PDFs to Markdown, JSONL, tables and chunks.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_parse(commands.add_parser("parse", help="parse files on this machine, through the embedded engine"))
    _add_serve(commands.add_parser("serve", help="start the API"))
    _add_fake_argo(commands.add_parser("fake-argo", help="start an argo-server that runs on the embedded engine"))
    commands.add_parser("compile", help="write the Argo templates from their Hera definition", add_help=False)
    _add_cleanup(commands.add_parser("cleanup", help="delete what finished and lost runs have left below work/"))
    add_remote_commands(commands)
    _add_events(commands.add_parser("events", help="deliver events that wait, or send again what was given up"))
    sample = commands.add_parser("sample", help="write a sample PDF")
    sample.add_argument("path", type=Path)
    sample.set_defaults(run=_sample)
    return parser


def _add_parse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="PDF file, s3:// or https:// URL")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="results go to DIR/<file stem>/")
    parser.add_argument("--parser", default=AUTO, metavar="NAME", help="parser to use (default: auto)")
    parser.add_argument("--mode", default=BALANCED, choices=get_args(Mode), help="how much a page may cost")
    parser.add_argument("--pages", metavar="1-5,9", help="only these pages")
    parser.add_argument("--password", help="password of encrypted files")
    parser.add_argument("--force", action="store_true", help="parse again even when a result is cached")
    parser.add_argument("--profile", choices=("auto", "full", "compact", "express"), help="which compiled DAG runs")
    parser.add_argument("--json", action="store_true", help="one JSON line per file on stdout")
    parser.set_defaults(run=_parse)


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--dev", action="store_true", help="readable logs, and file:// sources from anywhere")
    parser.set_defaults(run=_serve)


def _add_fake_argo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=2746)
    parser.add_argument("--token", default="", help="bearer token to ask for (default: none)")
    parser.add_argument("--dev", action="store_true", help="readable logs, and file:// sources from anywhere")
    parser.set_defaults(run=_fake_argo)


def _add_cleanup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--older-than", type=parse_age, default="3d", metavar="AGE", help="3d or 36h (default: 3d)")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be deleted")
    parser.set_defaults(run=_cleanup)


def _add_events(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    flush = actions.add_parser("flush", help="try to deliver what is due, as the API does all the time")
    flush.set_defaults(run=_flush_events)
    replay = actions.add_parser("replay", help="put events that were given up back into the outbox")
    replay.add_argument("task_id")
    replay.set_defaults(run=_replay_events)


def _parse(args: argparse.Namespace) -> int:
    from api.cli.parse import ParseJob, run_jobs

    try:
        options = ParseOptions(
            parser=args.parser,
            mode=args.mode,
            pages=args.pages,
            force=args.force,
            password_ref="cli" if args.password is not None else None,
        )
    except ValidationError as exc:
        _parser().error("; ".join(error["msg"] for error in exc.errors()))
    job = ParseJob(options=options, out=args.out, password=args.password, profile=args.profile, as_json=args.json)
    return run_jobs(args.files, job)


def _serve(args: argparse.Namespace) -> int:
    from api.cli.serve import serve

    return serve(args.host, args.port, dev=args.dev)


def _fake_argo(args: argparse.Namespace) -> int:
    from api.cli.serve import serve_fake_argo

    return serve_fake_argo(args.host, args.port, args.token, dev=args.dev)


def _cleanup(args: argparse.Namespace) -> int:
    from api.cli.cleanup import cleanup

    return cleanup(args.older_than, args.dry_run)


def _flush_events(args: argparse.Namespace) -> int:
    from api.cli.events import flush

    return flush()


def _replay_events(args: argparse.Namespace) -> int:
    from api.cli.events import replay

    return replay(args.task_id)


def _sample(args: argparse.Namespace) -> int:
    from pdf_parser.utils.sample import sample_pdf

    args.path.parent.mkdir(parents=True, exist_ok=True)
    args.path.write_bytes(sample_pdf())
    return 0


if __name__ == "__main__":
    sys.exit(main())
