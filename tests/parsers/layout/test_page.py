"""What holds for every page: all of its words are in its blocks, each once, inside the page, in a fixed order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings, strategies as st

from pdf_parser.domain.document import BlockKind
from pdf_parser.parsers.layout.content import LinkArea, PageContent, Region, Rule, Word
from tests.typeset import built, content, words

WIDTH, HEIGHT = 600.0, 800.0
texts = st.text(alphabet="abcXYZ019.,;:()•–ßéж中", min_size=1, max_size=9) | st.sampled_from(["......", "…………", "12.5"])


@st.composite
def any_word(draw: st.DrawFn) -> Word:
    size = draw(st.sampled_from([6.0, 10.0, 10.0, 12.0, 30.0]))
    text, angle = draw(texts), draw(st.sampled_from([0, 0, 0, 90, 180, 270, 37]))
    x, y = draw(st.floats(0, WIDTH - 10)), draw(st.floats(0, HEIGHT - 10))
    bold, space = draw(st.booleans()), draw(st.booleans())
    return Word(
        text, x, y, min(WIDTH, x + size * len(text) / 2), min(HEIGHT, y + size), size, bold, False, "", space, angle
    )


@st.composite
def any_lines(draw: st.DrawFn) -> list[Word]:
    """Words in lines, as pages have them, besides words anywhere."""
    found = []
    for _ in range(draw(st.integers(0, 12))):
        x, y, size = (
            draw(st.sampled_from([50.0, 320.0])),
            draw(st.floats(20, 760)),
            draw(st.sampled_from([9.0, 10.0, 16.0])),
        )
        for text in draw(st.lists(texts, min_size=1, max_size=6)):
            found.append(Word(text, x, y, x + size * len(text) / 2, y + 1.2 * size, size))
            x += size * (len(text) / 2 + draw(st.sampled_from([0.0, 0.3, 0.3, 2.0])))
    return found


places = st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT), st.floats(1, 200), st.floats(1, 50))
areas = st.lists(st.builds(lambda p, uri: LinkArea(p[0], p[1], p[0] + p[2], p[1] + p[3], uri), places, st.just("u")))
regions = st.builds(
    lambda p, curved: Region(p[0], p[1], min(WIDTH, p[0] + p[2]), min(HEIGHT, p[1] + 4 * p[3]), 0.5, curved),
    places,
    st.booleans(),
)
rules = st.builds(lambda p, flat: Rule(p[0], p[1], p[0] + p[2] * flat, p[1] + p[3] * (not flat)), places, st.booleans())
pages = st.builds(
    lambda a, b, links, rules, *drawn: PageContent(
        WIDTH, HEIGHT, [*a, *b], rules, drawn[0], drawn[1], links=links, strokes=drawn[2], figures=drawn[3]
    ),
    any_lines(),
    st.lists(any_word(), max_size=15),
    areas,
    st.lists(rules, max_size=12),
    *[st.lists(regions, max_size=n) for n in (3, 6, 6, 2)],
)


@settings(max_examples=200, deadline=None)
@given(pages)
def test_every_character_is_in_exactly_one_block(page):
    made = built(page)
    texts = [f"{b.marker or ''}{b.text}" for b in made.blocks] + [c.text for t in made.tables for c in t.cells]
    assert Counter("".join(texts).replace(" ", "")) == Counter("".join(word.text for word in page.words))


@settings(max_examples=100, deadline=None)
@given(pages)
def test_blocks_lie_inside_the_page_and_have_text(page):
    for block in built(page).blocks:
        assert 0 <= block.bbox.x0 <= block.bbox.x1 <= WIDTH
        assert 0 <= block.bbox.y0 <= block.bbox.y1 <= HEIGHT
        assert block.text or block.marker or block.table_id or block.kind is BlockKind.PICTURE


@settings(max_examples=50, deadline=None)
@given(pages)
def test_the_same_page_gives_the_same_blocks(page):
    assert built(page).blocks == built(page).blocks


@settings(max_examples=50, deadline=None)
@given(pages)
def test_links_point_into_the_text(page):
    for block in built(page).blocks:
        assert all(0 <= link.start < link.end <= len(block.text) for link in block.links)


def test_a_stamp_across_the_page_has_its_box_where_it_stands():
    page = content(words("Upright text that is the most of the page", 100, 100), [Word("Stamp", 30, 300, 42, 360, 10)])
    page.words[-1].angle = 270
    stamp = next(b for b in built(page).blocks if b.text == "Stamp")
    assert (stamp.bbox.x0, stamp.bbox.y0, stamp.bbox.x1, stamp.bbox.y1) == (30, 300, 42, 360)


def test_dots_that_lead_through_a_table_are_in_its_block_and_in_no_cell():
    rows = [
        [word for x, text in ((50, name), (130, "." * 20), (300, figure), (380, figure)) for word in words(text, x, y)]
        for y, (name, figure) in zip(
            range(100, 180, 20), [("Coal", "12.5"), ("Wood", "31.2"), ("Wind", "44.0"), ("Sun", "11.9")], strict=True
        )
    ]
    page = built(content(*rows))
    (table,) = page.tables
    assert {cell.text for cell in table.cells if cell.col == 0} == {"Coal", "Wood", "Wind", "Sun"}
    assert [block.text for block in page.blocks] == [" ".join(["." * 20] * 4)]
