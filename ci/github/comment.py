"""Tell what was found in one comment on a pull request: the first run writes it, and later ones edit it.

GITHUB_TOKEN: who writes. SUMMARY: the file of what is written. FINDINGS: how many there are; empty where nothing could
be judged. KEY: what is judged; every such has a comment of its own.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fitting import fitting

LIMIT = 65_000
"""GitHub refuses a comment of more than 65,536 characters."""
PAGE = 100


@dataclass(frozen=True)
class Service:
    """GitHub's API: https://docs.github.com/en/rest/issues/comments."""

    api: str
    token: str

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Call it, and give what it answers."""
        request = urllib.request.Request(
            f"{self.api}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "nixdrift",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def me(self) -> str | None:
        """Give the name of the user that the token is of; None: it is an app's, which may not ask."""
        try:
            return str(self.call("GET", "/user")["login"])
        except urllib.error.HTTPError as error:
            if error.code in (401, 403, 404):
                return None
            raise

    def comments(self, issue: str) -> Iterator[Any]:
        """Give all comments, oldest first."""
        page, found = 0, [None] * PAGE
        while len(found) == PAGE:
            page += 1
            found = self.call("GET", f"{issue}/comments?per_page={PAGE}&page={page}")
            yield from found


def is_ours(comment: Any, marker: str, me: str | None) -> bool:
    """Tell whether we wrote a comment: anybody may write our marker, so its author counts."""
    author = comment.get("user") or {}
    by_us = author.get("type") == "Bot" if me is None else author.get("login") == me
    return by_us and (comment.get("body") or "").startswith(marker)


def publish(service: Service, repository: str, number: int, body: str, marker: str, *, is_quiet: bool) -> str:
    """Write the comment, or edit it; where nothing was found, none is begun. Gives what was done."""
    issue, me = f"/repos/{repository}/issues/{number}", service.me()
    ours = next((one for one in service.comments(issue) if is_ours(one, marker, me)), None)
    if ours is not None:
        service.call("PATCH", f"/repos/{repository}/issues/comments/{int(ours['id'])}", {"body": body})
        return "edited"
    if is_quiet:
        return "not needed"
    service.call("POST", f"{issue}/comments", {"body": body})
    return "written"


def main() -> None:
    """Publish; a comment that cannot be written is no failure: the findings are told elsewhere, too."""
    given = os.environ
    event = json.loads(Path(given["GITHUB_EVENT_PATH"]).read_bytes())
    marker = f"<!-- nixdrift {given['KEY']} -->"
    body = fitting(f"{marker}\n{Path(given['SUMMARY']).read_text('utf-8')}", LIMIT)
    service = Service(given.get("GITHUB_API_URL", "https://api.github.com"), given["GITHUB_TOKEN"])
    number, is_quiet = int(event["pull_request"]["number"]), given["FINDINGS"] in ("", "0")
    try:
        done = publish(service, given["GITHUB_REPOSITORY"], number, body, marker, is_quiet=is_quiet)
    except urllib.error.HTTPError as error:
        why = "the token may not (a fork's never may; else: permissions: pull-requests: write)"
        text = why if error.code in (401, 403, 404) else f"GitHub answered {error.code}"
        print(f"::notice title=nixdrift::no comment on the pull request: {text}")
    except OSError as error:
        print(
            f"::notice title=nixdrift::no comment on the pull request: GitHub does not answer ({type(error).__name__})"
        )
    else:
        print(f"nixdrift: the comment on pull request {number} was {done}")


if __name__ == "__main__":
    main()
