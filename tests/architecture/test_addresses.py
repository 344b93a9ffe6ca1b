"""An address begins at our own root; one place puts the path of the shop's domain before it."""

import re
from pathlib import Path

from returns_engine.web.under_path import ADDRESSES
from tests.architecture.test_the_house import lines_matching, tracked

# A key of the keyboard, and no address.
KEYS = ("data-key",)
# How HTML and htmx otherwise name what a browser fetches or opens.
OTHER_WAYS = (
    "srcset|poster|cite|ping|data|manifest|background|longdesc|"
    "hx-put|hx-patch|hx-delete|hx-push-url|hx-replace-url|sse-connect"
)


def templates() -> list[Path]:
    return tracked("returns_engine/web/*.html", "admin/*.html")


class TestAnAddressInATemplate:
    def test_stands_in_an_attribute_that_is_put_under_the_path(self):
        known = "|".join([*ADDRESSES, *KEYS])
        stranger = re.compile(rf'(?<![\w-])(?!(?:{known})=)[\w-]+="/|=\'/|=/[a-z]')

        assert lines_matching(stranger, templates()) == []

    def test_is_named_in_no_way_that_is_not_looked_at(self):
        assert lines_matching(re.compile(rf"\s(?:{OTHER_WAYS})="), templates()) == []
        assert lines_matching(re.compile(r"http-equiv|<base\b"), templates()) == []

    def test_is_quoted_as_it_is_looked_for(self):
        unlike = re.compile(rf"\s(?:{'|'.join(ADDRESSES)})\s*=(?!\")")

        assert lines_matching(unlike, templates()) == []


class TestAnAddressInAScriptOrAStyle:
    def test_is_taken_from_the_page_or_from_where_the_file_lies(self):
        bare = re.compile(r"""["'`(]/(?:admin|api|assets|static|health|order|returns|photos)\b""")
        files = tracked("returns_engine/web/static/*", "admin/static/*")

        assert lines_matching(bare, [one for one in files if one.suffix in {".js", ".css"}]) == []


class TestAnAddressInAMail:
    def test_begins_with_the_address_that_customers_come_by(self):
        bare = re.compile(r"""(?:href|src)=["']/""")

        assert lines_matching(bare, tracked("returns_engine/letters/templates/*")) == []

    def test_is_made_of_the_setting_whole(self):
        cut_off = re.compile(r"public_url\)\.(?:netloc|scheme)")

        assert lines_matching(cut_off, tracked("returns_engine/*.py")) == []
