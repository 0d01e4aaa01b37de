"""What was worked out once, kept for the next run: entries named by all that they follow from, and never changed."""

from nixdrift.cache.keys import key_of
from nixdrift.cache.open import open_storage, storage_at
from nixdrift.cache.records import Records, unsealed, value_of
from nixdrift.cache.storage import DirectoryStorage, Entry, Storage

__all__ = [
    "DirectoryStorage",
    "Entry",
    "Records",
    "Storage",
    "key_of",
    "open_storage",
    "storage_at",
    "unsealed",
    "value_of",
]
