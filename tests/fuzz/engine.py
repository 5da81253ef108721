"""One target, one process: inputs are changed and run until the time is over; what fails is kept and named."""

from __future__ import annotations

import json
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

MAX_BYTES = 4_000
SLOW_CPU_S, HANG_S = 5, 60
"""An input that takes more processor time is reported as slow; one that takes longer at all ends the process."""
TOKENS = (
    b"*", b"^lat$", b"mmsi", b"time", b"lat", b"lon", b"imo", b"name", b"\n", b"\r\n", b",", b";", b"\t", b'"', b"'", b"\0", b"{",
    b"}", b"[", b"]", b":", b"null", b"NaN", b"1e999", b"-1", b"0", b"91", b"181", b"999999999", b"412000001", b"1700000000",
    b"1700000000123", b"2023-11-14T22:13:20Z", b"14/11/2023 10:13 PM", b"CST", b"+08:00", b"!AIVDM,1,1,,A,", b"$GPRMC,", b"\\c:",
    b"*00", b"\xff", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"PAR1", b"=", b"#", b"IMO 1234567", b"Vessel", b"&a;", b"<", b"</", b"-0-",
)  # fmt: skip
_STATE_EVERY_S = 1.0


class Watch:
    """Runs a target and keeps what it did: counts, and one input of each kind of crash."""

    def __init__(self, name: str, target: Callable[[bytes], None], folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.counts: Counter[str] = Counter()
        self.crashes: dict[str, str] = {}
        self.slowest_s = 0.0
        self._target = target
        self._written = 0.0

    def __call__(self, data: bytes) -> str:
        """Run one input; the outcome in words, in which its numbers are left out."""
        (self.folder / f"{self.name}.running").write_bytes(data)
        began = time.process_time()
        outcome = "ended"
        try:
            self._target(data)
        except (KeyboardInterrupt, SystemExit):
            raise
        # Panics of polars are no `Exception`.
        except BaseException as error:
            outcome = self._crashed(error, data)
        took = time.process_time() - began
        self.slowest_s = max(took, self.slowest_s)
        if took > SLOW_CPU_S:
            self._keep(f"slow: {self.name}", data, f"{took:.1f} s")
        self.counts["inputs"] += 1
        if time.monotonic() - self._written > _STATE_EVERY_S:
            self.write()
        return outcome

    def _crashed(self, error: BaseException, data: bytes) -> str:
        frames = traceback.extract_tb(error.__traceback__)
        own = next((f for f in reversed(frames) if "stsdetect" in f.filename), frames[-1])
        where = f"{Path(own.filename).name}:{own.lineno}"
        kind = f"{type(error).__name__} at {where}"
        self._keep(kind, data, "".join(traceback.format_exception(error))[-3000:])
        return kind

    def _keep(self, kind: str, data: bytes, text: str) -> None:
        self.counts["crashes"] += 1
        if kind in self.crashes:
            return
        self.crashes[kind] = text
        stem = re.sub(r"\W+", "_", f"{self.name} {kind}")[:100]
        (self.folder / f"{stem}.input").write_bytes(data)
        (self.folder / f"{stem}.txt").write_text(text)
        self.write()

    def write(self) -> None:
        """Write the state where the parent reads it, since a fuzzer may end the process as it likes."""
        self._written = time.monotonic()
        state = {**self.counts, "slowest_cpu_s": round(self.slowest_s, 2), "kinds": sorted(self.crashes)}
        (self.folder / f"{self.name}.json").write_text(json.dumps(state))


def by_mutation(watch: Watch, seeds: list[bytes], seconds: float, seed: int) -> None:
    """Change inputs at random; one with a new outcome is kept to be changed again."""
    rng = random.Random(seed)
    corpus = [b"", *seeds]
    for data in corpus:
        watch(data)
    known: set[str] = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = changed(rng.choice(corpus), rng, corpus)
        outcome = watch(data)
        # What rejects, warnings and refusals said stands for the code that was reached.
        if outcome not in known or rng.random() < 0.001:
            known.add(outcome)
            corpus.append(data)
    watch.write()


def changed(data: bytes, rng: random.Random, corpus: list[bytes]) -> bytes:
    """An input with a few changes: bytes, tokens, lines, or a part of another input."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, n = rng.randint(0, len(out)), rng.choice((0, 1, 1, 2, 4, 16))
        kind = rng.randrange(6)
        if kind == 0:
            out[at : at + n] = rng.randbytes(rng.choice((0, 1, 2, 4)))
        elif kind == 1:
            out[at : at + n] = rng.choice(TOKENS)
        elif kind == 2:
            other = rng.choice(corpus)
            start = rng.randint(0, len(other))
            out[at : at + n] = other[start : start + rng.choice((1, 8, 64, 512))]
        elif kind == 3:
            lines = bytes(out).split(b"\n")
            lines.insert(rng.randint(0, len(lines)), rng.choice(lines))
            out = bytearray(b"\n".join(lines))
        elif kind == 4:
            lines = bytes(out).split(b"\n")
            rng.shuffle(lines)
            out = bytearray(b"\n".join(lines))
        elif out:
            at %= len(out)
            out[at] ^= 1 << rng.randrange(8)
    return bytes(out[:MAX_BYTES])


def by_coverage(watch: Watch, seeds: list[bytes], seconds: float, seed: int, corpus: Path) -> None:
    """Let libFuzzer choose by the code that an input reaches; does not return."""
    import atheris

    corpus.mkdir(parents=True, exist_ok=True)
    for k, data in enumerate(seeds):
        (corpus / f"seed-{k}").write_bytes(data)
    words = watch.folder / "tokens.dict"
    words.write_text("".join('"' + "".join(f"\\x{b:02x}" for b in token) + '"\n' for token in TOKENS))
    options = [
        f"-max_len={MAX_BYTES}", f"-timeout={HANG_S}", "-rss_limit_mb=3000", f"-max_total_time={max(int(seconds), 1)}",
        f"-seed={seed}", f"-artifact_prefix={watch.folder}/{watch.name}-", f"-dict={words}", "-print_final_stats=1", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(corpus)], lambda data: watch(data) and None)
    atheris.Fuzz()
