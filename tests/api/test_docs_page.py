"""The documentation page works on a machine without internet."""

from __future__ import annotations

import re


def test_every_asset_of_the_docs_page_is_served_by_us(api):
    page = api.get("/docs").text
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(links) >= 3
    for link in links:
        assert link.startswith("/"), link
        assert api.get(link).status_code == 200
