"""A stand-in for GitHub's API that knows the comments of one pull request, and pages, as it is documented."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers import serving as listening

BOT = {"login": "github-actions[bot]", "type": "Bot"}
MOST = 65_536


@dataclass
class Service:
    """What the service knows, and what it is asked."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    may_write: bool = True
    """Not so for what comes from a fork."""
    user: str | None = None
    """Whose the token is; None: the service's own."""
    url: str = ""

    def add(self, body: str, user: dict[str, str]) -> None:
        """Let somebody comment."""
        self.comments.append({"id": 1000 + len(self.comments), "body": body, "user": user})

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        """Answer one request."""
        if path == "/user":
            return (200, {"login": self.user}) if self.user else (403, {"message": "Resource not accessible"})
        if method == "GET" and path == "/repos/stack/stack/issues/7/comments":
            size, page = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
            return 200, self.comments[(page - 1) * size : page * size]
        if not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        if len(body["body"]) > MOST:
            return 422, {"message": "Validation Failed"}
        if method == "POST" and path == "/repos/stack/stack/issues/7/comments":
            self.add(body["body"], {"login": self.user, "type": "User"} if self.user else BOT)
            return 201, self.comments[-1]
        edited = re.fullmatch(r"/repos/stack/stack/issues/comments/(\d+)", path)
        for comment in self.comments:
            if method == "PATCH" and edited and comment["id"] == int(edited[1]):
                comment["body"] = body["body"]
                return 200, comment
        return 404, {"message": "Not Found"}


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """Serve on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            size = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(size)) if size else None
            service.asked.append(f"{self.command} {self.path}")
            allowed = self.headers.get("Authorization") == "Bearer token-of-the-run"
            status, found = (
                service.answer(self.command, parts.path, parse_qs(parts.query), body)
                if allowed
                else (401, {"message": "Bad credentials"})
            )
            content = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with listening(Handler) as service.url:
        yield service
