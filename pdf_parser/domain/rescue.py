"""A second try in another lane for the pages that came out badly: who gets them, and which result is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pdf_parser.domain.base import Model
from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import Attempt, Outcome, PageRecord, Usage, total_usage
from pdf_parser.domain.quality import worth
from pdf_parser.domain.shard import Rescue, Shard, ShardLimits, even_chunks, pages_per_shard


class RescuePlan(Model):
    """Shards over bad pages alone; their indices go on where those of the plan end."""

    shards: tuple[Shard, ...]


def plan_rescue(shards: Sequence[Shard], bad: Collection[int], limits: ShardLimits) -> RescuePlan:
    """Every bad page whose shard knows a parser in another lane, once; a new shard reads the file of the old one."""
    rescues: list[Shard] = []
    for shard in shards:
        pages = [page for page in shard.pages if page in bad]
        if shard.rescue is not None and pages:
            rescues.extend(_rescues(shard, shard.rescue, pages, limits))
    numbered = (s.model_copy(update={"index": len(shards) + i}) for i, s in enumerate(rescues))
    return RescuePlan(shards=tuple(numbered))


def _rescues(shard: Shard, rescue: Rescue, pages: list[int], limits: ShardLimits) -> Iterator[Shard]:
    for part in even_chunks(pages, pages_per_shard(rescue.seconds_per_page, limits)):
        yield Shard(
            index=0,
            lane=rescue.lane,
            parsers=rescue.parsers,
            reason=f"came out badly from {shard.lane.value}",
            pages=tuple(part),
            estimated_s=rescue.seconds_per_page * len(part),
            pdf_key=shard.pdf_key,
            whole_document=shard.whole_document,
            pdf_pages=None if shard.whole_document else shard.pages,
        )


def better(first: Page, second: Page | None) -> Page:
    """The page that is kept, with the story of both; of two that are worth the same the first.

    `second` is None when the rescue itself has failed.
    """
    if second is None:
        return _told(first, "its rescue failed")
    one, two = first.record, second.record
    if worth(two) <= worth(one):
        story = f"{two.parser} did no better{_because(two)}"
        return _told(first, story, tried=(*one.tried, *two.tried, poor_attempt(two)), **_sums(one, two))
    story = f"rescued from {one.parser}{_because(one)}"
    return _told(second, story, tried=(*one.tried, poor_attempt(one), *two.tried), **_sums(one, two))


def _sums(one: PageRecord, two: PageRecord) -> dict[str, object]:
    return {"attempts": one.attempts + two.attempts, "usage": total_usage((one.usage, two.usage))}


def _told(page: Page, story: str, **changed: object) -> Page:
    reason = "; ".join(part for part in (story, page.record.reason) if part)
    return page.model_copy(update={"record": page.record.model_copy(update={"reason": reason, **changed})})


def poor_attempt(record: PageRecord, usage: Usage | None = None) -> Attempt:
    """A page that was made and not kept, as a try in vain; `usage` of this try alone, where it is known."""
    return Attempt(parser=record.parser, outcome=Outcome.POOR, note=_why(record), usage=usage)


def _because(record: PageRecord) -> str:
    return f": {why}" if (why := _why(record)) else ""


def _why(record: PageRecord) -> str:
    """`failed` alone tells nothing: then the reason."""
    faults = ", ".join(record.faults)
    return (record.reason or faults) if faults in ("", "failed") else faults
