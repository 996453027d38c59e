"""The choice of what a poll reads, without a database: bounded, and nothing that changed is dropped."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.document import FeedItem
from app.services.listed import MOST_MOVED, Seen, choose, time_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def item(n: int, *, minutes: int = 0, digest: str = "x") -> FeedItem:
    at = NOW - timedelta(days=1) + timedelta(minutes=minutes)
    return FeedItem(f"https://e.org/{n}", None, None, None, updated_at=at, digest=digest)


def test_many_that_changed_are_read_over_several_polls() -> None:
    """A new template changes the text of every item: twenty a poll, each once."""
    seen = {str(n): Seen("x", NOW - timedelta(days=1), NOW) for n in range(50)}
    items = {str(n): item(n, digest="y") for n in range(50)}
    read: list[str] = []
    for _ in range(3):
        choice = choose(items, dict.fromkeys(items, NOW), seen, now=NOW)
        assert len(choice.read) <= MOST_MOVED
        read += choice.read
        seen |= {one: Seen("y", time_of(items[one]), NOW) for one in items if one not in choice.kept}
    assert sorted(read) == sorted(items)


_times = st.integers(-3000, 3000)
_items = st.dictionaries(
    st.sampled_from([str(n) for n in range(12)]), st.tuples(_times, st.sampled_from("xy")), max_size=12
)


@given(_items, _items, st.dictionaries(st.sampled_from([str(n) for n in range(12)]), _times))
def test_whatever_changed_is_read_or_comes_again(
    before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]], known: dict[str, int]
) -> None:
    items = {one: item(int(one), minutes=at, digest=digest) for one, (at, digest) in after.items()}
    seen = {
        one: Seen(digest, NOW - timedelta(days=1) + timedelta(minutes=at), NOW) for one, (at, digest) in before.items()
    }
    read_at = {one: NOW + timedelta(minutes=at) for one, at in known.items()}
    choice = choose(items, read_at, seen, now=NOW)
    assert set(choice.fresh) == items.keys() - read_at.keys() - seen.keys()
    assert set(choice.fresh) <= set(choice.read) <= items.keys()
    assert len(set(choice.read)) == len(choice.read)
    otherwise = {one for one in items.keys() & seen.keys() if items[one].digest != seen[one].digest}
    assert otherwise <= set(choice.read) | choice.kept
    assert not choice.kept & set(choice.read)
