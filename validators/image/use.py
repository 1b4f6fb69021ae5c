"""The site as a visitor and an editor use it: pages and what they need, forms, uploads; and what its settings say."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import advice, pages
from .failure import Ended, user_trouble
from .verdict import Report
from .visitor import Answer, Browser
from .watch import Watch

PAGES = 40
"""How many pages an editor opens at most."""
ASSETS = 200
SHOWN = 3
_LEAVE = re.compile(r"log-?out|sign-?out|delete|remove|disconnect|destroy|impersonate", re.I)
_DEBUG = re.compile(r"DEBUG\s*=\s*True")
_LOGIN = re.compile(r"log-?in|sign-?in|sso|oidc|saml", re.I)


@dataclass
class Use:
    """One visit of the site; `seen` is every page that could be seen, in their order."""

    browser: Browser
    watch: Watch
    report: Report
    health: str
    login: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, pages.Page] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    def as_visitor(self) -> None:
        """Look at the pages that everybody sees."""
        self.facts = self.watch.ask("facts")
        for path in dict.fromkeys(["/", self.health, *self._logins()]):
            self._open(path)
        self._judge_debug()
        self._judge_https()

    def as_editor(self) -> None:
        """Log in by the form, and open page after page."""
        self._judge_form()
        ahead = [link for page in list(self.seen.values()) for link in page.links]
        done = set(self.seen)
        while ahead and len(self.seen) < PAGES:
            address = self.browser.own(ahead.pop(0))
            if address and address not in done and not _LEAVE.search(address):
                done.add(address)
                self._open(address)
                ahead += self.seen[address].links if address in self.seen else []
        self._judge_pages()
        self._judge_assets()

    def judge_key(self, names: Iterable[str]) -> None:
        """Say where the settings' SECRET_KEY comes from; `names` are the variables of Secret app."""
        if "problem" in self.facts:
            self.report.skip("secret-key", f"can't look into its settings: {self.facts['problem'][-200:]}")
            return
        settings = self.facts["settings"]
        if (
            self.watch.ask("key", "[]").get("key") != self.facts["key"]
        ):  # first: such a key differs with other secrets, too
            self.report.fails("secret-key", f"{settings} makes another at each start", advice.KEY)
        elif self.watch.ask("key", json.dumps(list(names))).get("key") != self.facts["key"]:
            self.report.ok("secret-key", "follows Secret app")
        elif self.facts["key_in_files"]:
            self.report.ok("secret-key", "from a file")
        else:
            self.report.fails("secret-key", f"{settings} has one of its own", advice.KEY)

    def judge_upload(self, mount: str) -> None:
        """Store a file as the site stores an upload, and fetch it as a visitor."""
        text = secrets.token_hex(8)
        told = self.watch.ask("upload", "check-image.txt", text)
        if "problem" in told and not self.facts.get("keeps_files", True):
            self.report.skip("upload", "its settings have no MEDIA_ROOT, and none of its models keeps files")
            return
        if "problem" in told:
            why = user_trouble(Ended(1, "", told["problem"]))
            self.report.fails("upload", f"can't be stored: {told['problem'][-200:]}", why or advice.MEDIA_ROOT)
            return
        if told["path"] and not told["path"].startswith(f"{mount.rstrip('/')}/"):
            self.report.fails("upload", f"is stored at {told['path']}, the volume is at {mount}", advice.MEDIA_ROOT)
            return
        address = self.browser.own(told["url"])
        if not address:
            self.report.ok("upload", f"stored; other servers serve it: {told['url'][:80]}")
            return
        answer = self.browser.get(address)
        if answer.well and text.encode() in answer.content:
            self.report.ok("upload", f"stored below {mount}, served at {told['url']}")
        elif answer.status in (401, 403) or _LOGIN.search(answer.address):
            self.report.ok("upload", f"stored below {mount}; {told['url']} asks for a login")
        else:
            self.report.fails("upload", f"stored below {mount}; GET {told['url']}: {_told(answer)}", advice.MEDIA)

    def _logins(self) -> list[str]:
        return [self.login] if self.login else self.facts.get("login", [])

    def _open(self, address: str) -> Answer:
        answer = self.browser.get(address)
        if answer.status >= 500:
            self.trouble.append(f"GET {answer.path}: {answer.status}")
        if answer.well and answer.kind == "text/html":
            page = pages.parse(answer.text)
            page.base = self.browser.own(page.base, answer.address) or answer.address if page.base else answer.address
            page.links = [link for one in page.links if (link := self.browser.own(one, page.base))]
            self.seen.setdefault(answer.address, page)
        return answer

    def _judge_debug(self) -> None:
        missing = self.browser.get(f"/check-image-{secrets.token_hex(4)}")
        if self.facts.get("debug"):
            self.report.fails("debug", f"DEBUG is on in {self.facts['settings']}", advice.DEBUG)
        elif _DEBUG.search(missing.text):
            self.report.fails("debug", f"GET {missing.path}: Django's page for developers", advice.DEBUG)
        else:
            self.report.ok("debug", f"a page that isn't there: {_told(missing)}")

    def _judge_https(self) -> None:
        status, location = self.browser.plain(self.health)
        if 300 <= status < 400 and location.startswith("https:"):
            self.report.ok("https", f"{status} to {location}")
        elif 200 <= status < 400:
            self.report.warns("https", f"GET http://{self.browser.host}{self.health}: {status}", advice.HTTPS)
        else:
            self.report.skip("https", f"GET http://{self.browser.host}{self.health}: {status}")

    def _judge_form(self) -> None:
        found = [(at, form) for at, page in self.seen.items() for form in page.forms if form.method == "post"]
        found.sort(key=lambda one: not one[1].asks_for_password)
        if not found:
            named = ", ".join(self._logins()) or "none"
            self.report.skip("form", f"none on its pages (to log in at: {named}); LOGIN=/path names the page to log in")
            return
        address, form = found[0]
        password = secrets.token_urlsafe(12)
        user = self.watch.ask("user", "check-image", password)
        action = self.browser.own(form.action, address) or address
        answer = self.browser.post(action, form.filled(user.get("name", "check-image"), password), address)
        seen = f"POST {action.removeprefix(f'https://{self.browser.host}')}: {_told(answer)}"
        if answer.status == 403:
            self.report.fails("form", f"{seen} {_reason(answer)}", self._csrf())
        elif (answer.status >= 500 or not answer.status) and form.asks_for_password:
            self.report.fails("form", seen, advice.FORM)
        elif answer.status >= 500 or not answer.status:  # it was let in, and may need what isn't here, as storage
            self.report.warns("form", seen, advice.FORM)
        elif not form.asks_for_password:
            self.report.ok("form", seen)
        else:
            stays = answer.well and any(one.asks_for_password for one in pages.parse(answer.text).forms)
            self.report.ok("form", f"{seen}, {'not logged in' if stays else 'logged in'}")
            self._open(answer.address)

    def _csrf(self) -> str:
        if self.facts.get("origins") or self.facts.get("proxy_header"):
            return f"{advice.CSRF} They are set, and don't hold https://{self.browser.host}."
        return advice.CSRF

    def _judge_pages(self) -> None:
        if self.trouble:
            shown = ", ".join(self.trouble[:SHOWN])
            self.report.warns("pages", f"{len(self.trouble)} of {len(self.seen)} fail: {shown}", advice.PAGES)
        else:
            self.report.ok("pages", f"{len(self.seen)} opened")

    def _judge_assets(self) -> None:
        wanted = [self.browser.own(asset, page.base) for page in self.seen.values() for asset in page.assets]
        addresses = list(dict.fromkeys(filter(None, wanted)))[:ASSETS]
        bad = [complaint for address in addresses if (complaint := self._asset(address))]
        if bad:
            self.report.fails("static", f"{len(bad)} of {len(addresses)} fail: {', '.join(bad[:SHOWN])}", advice.STATIC)
        elif addresses:
            self.report.ok("static", f"{len(addresses)} fetched, of {len(self.seen)} pages")
        else:
            self.report.skip("static", f"none in {len(self.seen)} pages")

    def _asset(self, address: str) -> str:
        """What is wrong with a style sheet, a script or an image; empty for a good one."""
        answer = self.browser.get(address)
        path = address.removeprefix(f"https://{self.browser.host}")
        if not answer.well:
            return f"{path}: {_told(answer)}"
        wrong = answer.kind == "text/html" and re.search(r"\.(css|js|png|svg|jpe?g|gif|woff2?)$", answer.path)
        return f"{path}: a page of HTML" if wrong else ""


def _told(answer: Answer) -> str:
    return str(answer.status) if answer.status else answer.text[:80]


def _reason(answer: Answer) -> str:
    """What Django says of a refused form, as far as it does."""
    found = re.search(r"(Origin|Referer) checking failed[^<\n]*|CSRF (verification|cookie|token)[^<\n.]*", answer.text)
    return found[0] if found else ""
