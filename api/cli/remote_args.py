"""The arguments of the commands that talk to a service."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from pdf_parser.domain.options import Mode

URL, KEY = "PDF_PARSER_URL", "PDF_PARSER_API_KEY"
FORMATS = ("md", "jsonl", "html", "chunks", "tables", "ledger", "manifest", "zip")
STATES = ("pending", "running", "succeeded", "failed")


def add_remote_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _add_submit(_command(commands, "submit", "send files or URLs to a service"))
    _add_status(_command(commands, "status", "how a run of a service is doing"))
    _add_result(_command(commands, "result", "fetch a file of a result"))
    _add_cancel(_command(commands, "cancel", "end runs of a service"))
    _add_list(_command(commands, "list", "the newest runs of a service"))


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text)
    url = os.environ.get(URL, "http://localhost:8000")
    parser.add_argument("--server", default=url, metavar="URL", help=f"the service (default: ${URL}, or {url})")
    parser.add_argument("--json", action="store_true", help="JSON lines on stdout")
    return parser


def _add_submit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sources", nargs="+", metavar="FILE", help="local file, s3:// or https:// URL")
    parser.add_argument("--parser", metavar="NAME", help="parser to use")
    parser.add_argument("--mode", choices=get_args(Mode), help="how much a page may cost")
    parser.add_argument("--pages", metavar="1-5,9", help="only these pages")
    parser.add_argument("--tag", action="append", dest="tags", metavar="TAG", help="a word to find the run by")
    parser.add_argument("--force", action="store_true", default=None, help="parse again even when cached")
    parser.add_argument("--wait", action="store_true", help="follow the runs to their end")
    parser.set_defaults(run=_submit)


def _add_status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task_id")
    parser.add_argument("--wait", action="store_true", help="follow the run to its end")
    parser.set_defaults(run=_status)


def _add_result(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task_id")
    parser.add_argument("--format", default="md", choices=FORMATS)
    parser.add_argument("--out", type=Path, metavar="PATH", help="file to write (default: stdout)")
    parser.set_defaults(run=_result)


def _add_cancel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task_ids", nargs="+", metavar="TASK_ID")
    parser.set_defaults(run=_cancel)


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", choices=STATES)
    parser.add_argument("--parser", metavar="NAME")
    parser.add_argument("--tag", metavar="TAG")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="most runs (default: 20)")
    parser.set_defaults(run=_list)


def _submit(args: argparse.Namespace) -> int:
    from api.cli import remote

    options = {name: getattr(args, name) for name in ("parser", "mode", "pages", "tags", "force")}
    return _with(args, lambda client, at: remote.submit(client, at, args.sources, options, args.wait))


def _status(args: argparse.Namespace) -> int:
    from api.cli import remote

    return _with(args, lambda client, at: remote.show_status(client, at, args.task_id, args.wait))


def _result(args: argparse.Namespace) -> int:
    from api.cli import remote

    return _with(args, lambda client, at: remote.save_result(client, args.task_id, args.format, args.out))


def _cancel(args: argparse.Namespace) -> int:
    from api.cli import remote

    return _with(args, lambda client, at: remote.cancel(client, at, args.task_ids))


def _list(args: argparse.Namespace) -> int:
    from api.cli import remote

    filters = {"state": args.state, "parser": args.parser, "tag": args.tag}
    return _with(args, lambda client, at: remote.list_runs(client, at, filters, args.limit))


def _with(args: argparse.Namespace, work: Callable[..., int]) -> int:
    from api.cli.remote import Service, with_client

    at = Service(args.server, os.environ.get(KEY), args.json)
    return with_client(at, lambda client: work(client, at))
