"""A slow proof: peak memory for a one-hour mix is that of a one-minute mix, within 50 MB.

usage: memory.py PROGRAM
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()
MIX = Path(__file__).resolve().parents[2] / "examples/first-light/mixes"


def long_mix(folder, seconds):
    """The first example mix over and over."""
    path = Path(folder) / f"{seconds}.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i",
                    sorted(MIX.glob("*.flac"))[0], "-t", str(seconds), "-c:a", "pcm_s24le", path],
                   check=True)
    return path


def run(*words):
    """Peak resident memory in MB of the program itself (its codecs' child processes not counted)."""
    begun = time.monotonic()
    child = subprocess.Popen([PROGRAM, *map(str, words), "--quiet"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1), words
    return usage.ru_maxrss / 1024, time.monotonic() - begun


with tempfile.TemporaryDirectory(prefix="lacquer-memory-") as home:
    for command in (["measure"], ["master", "--loudness", "-12"]):
        peaks = []
        for length in (60, 3600):
            mix = long_mix(home, length)
            target = ["-o", f"{home}/{length}.lacquer"] if command[0] == "master" else []
            peak_mb, spent_s = run(command[0], mix, *command[1:], *target)
            peaks.append(peak_mb)
            print(f"{command[0]} of {length} s: {peak_mb:.0f} MB, {spent_s:.0f} s", flush=True)
        difference = peaks[1] - peaks[0]
        print(f"{command[0]}: one hour takes {difference:+.1f} MB over one minute")
        assert difference < 50.0
