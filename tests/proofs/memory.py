"""A slow proof: memory does not grow with the length of a mix. Measuring ten hours takes what one
hour takes, within 1 MB (until then bounded lists fill); mastering one hour what one minute takes, within 50 MB.

usage: memory.py PROGRAM [measure|master]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()
MIX = Path(__file__).resolve().parents[2] / "examples/first-light/mixes"
PROOFS = {  # words, lengths in seconds, most MB between them
    "measure": (["--json"], (3600, 36000), 1.0),
    "master": (["--loudness", "-12"], (60, 3600), 50.0),
}


def long_mix(folder, seconds):
    """The first example mix over and over; 16 bits, so that ten hours are 6.4 GB."""
    room = shutil.disk_usage(folder).free > 10e9
    path = Path(folder) / f"{seconds}.{'wav' if room else 'flac'}"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i",
                    sorted(MIX.glob("*.flac"))[0], "-t", str(seconds), "-ar", "44100",
                    *(["-rf64", "auto", "-c:a", "pcm_s16le"] if room else ["-sample_fmt", "s16"]),
                    path], check=True)
    return path


def run(*words):
    """Peak resident memory in MB of the program itself (its codecs' child processes not counted)."""
    begun = time.monotonic()
    child = subprocess.Popen([PROGRAM, *map(str, words), "--quiet"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 1), words
    return usage.ru_maxrss / 1024, time.monotonic() - begun


with tempfile.TemporaryDirectory(prefix="lacquer-memory-") as home:
    for command in sys.argv[2:] or PROOFS:
        options, lengths, most_mb = PROOFS[command]
        peaks = []
        for length in lengths:
            mix = long_mix(home, length)
            target = ["-o", f"{home}/{length}.lacquer"] if command == "master" else []
            peak_mb, spent_s = run(command, mix, *options, *target)
            mix.unlink()
            peaks.append(peak_mb)
            print(f"{command} of {length} s: {peak_mb:.2f} MB, {spent_s:.0f} s", flush=True)
        difference = peaks[1] - peaks[0]
        print(f"{command}: {lengths[1]} s take {difference:+.2f} MB over {lengths[0]} s")
        assert difference < most_mb
