"""Addresses as reports write them: no password, and nothing of the machine that evaluated them."""

import re
from urllib.parse import urlsplit

_LONGEST = 160
_SECRET = re.compile(r"(?i)([?&][^=&]*(?:token|key|secret|signature|password|credential|auth)[^=&]*=)[^&#]+")
_USER = re.compile(r"(?<=://)[^/@]+@")


def written_address(address: str) -> str:
    """Write an address; of a local one, only what comes last."""
    if address.startswith(("/", "file:")):
        address = f"file:{urlsplit(address).path.rstrip('/').rpartition('/')[2]}"
    return shortened(_SECRET.sub(r"\1…", _USER.sub("", address)))


def shortened(text: str) -> str:
    """Write a text that may be long."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
