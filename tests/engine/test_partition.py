"""How work is divided: hash buckets and slabs of time."""

from stsdetect.engine.partition import bucket_of, slabs


def test_buckets_are_even_and_depend_on_the_mmsi_alone() -> None:
    mmsis = list(range(412000000, 412010000, 10))
    buckets = bucket_of(mmsis, 8)
    counts = [int((buckets == k).sum()) for k in range(8)]
    assert min(counts) > 60  # of 125 on average
    assert bucket_of(mmsis[37:38], 8)[0] == buckets[37]


def test_slabs_cover_the_span_and_are_aligned_to_the_epoch() -> None:
    assert slabs(86_400_000, 86_400_001, slab_ms=86_400_000) == [(86_400_000, 172_800_000)]
    assert slabs(5, 5, slab_ms=10) == []
