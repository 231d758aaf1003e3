"""Whole programs side by side on one core: lacquer measure against ffmpeg's ebur128.

usage: speed.py PROGRAM [FILE.wav]
Without a file, the example mixes one after the other as 16-bit WAV. Medians of five, taken in
turns, so that what else the machine does falls on all alike. Ratios count, not times. Ends with 1
if a ratio is below its bar.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = Path(sys.argv[1]).resolve()
MIXES = Path(__file__).resolve().parents[2] / "examples/first-light/mixes"
ROUNDS = 5
FFMPEG = "ffmpeg ebur128=peak=true"
EVERYTHING = "lacquer measure"
LOUDNESS = "lacquer measure --only loudness,peak"
BARS = {EVERYTHING: 3.0, LOUDNESS: 8.0}


def programme(folder):
    path = Path(folder) / "mixes.wav"
    mixes = sorted(MIXES.glob("*.flac"))
    inputs = [word for mix in mixes for word in ("-i", mix)]
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *inputs, "-filter_complex",
                    f"concat=n={len(mixes)}:v=0:a=1,aformat=sample_rates=44100", "-c:a",
                    "pcm_s16le", path], check=True)
    return path


def seconds(words):
    """Wall-clock and processor time of one run."""
    begun = time.monotonic()
    child = subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, words
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime


def main(file):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # children inherit it
    commands = {
        FFMPEG: ["ffmpeg", "-v", "quiet", "-nostdin", "-i", file, "-af", "ebur128=peak=true", "-f",
                 "null", "-"],
        EVERYTHING: [PROGRAM, "measure", "--json", "--quiet", file],
        LOUDNESS: [PROGRAM, "measure", "--only", "loudness,peak", "--json", "--quiet", file],
    }
    times = {name: [] for name in commands}
    for name, words in commands.items():
        seconds(words)  # the file and the program are in memory from here on
    for _ in range(ROUNDS):
        for name, words in commands.items():
            times[name].append(seconds(words))
    spent = {name: statistics.median(of[1] for of in each) for name, each in times.items()}
    missed = []
    for name in commands:
        wall = statistics.median(of[0] for of in times[name])
        ratio = spent[FFMPEG] / spent[name]
        bar = f"  (bar {BARS[name]:.0f})" if name in BARS else ""
        print(f"{name:38} {spent[name]:7.3f} s of processor, {wall:7.3f} s of clock, "
              f"{ratio:5.1f} x ffmpeg{bar}", flush=True)
        if ratio < BARS.get(name, 0.0):
            missed.append(name)
    return 1 if missed else 0


with tempfile.TemporaryDirectory(prefix="lacquer-speed-") as home:
    sys.exit(main(Path(sys.argv[2]) if len(sys.argv) > 2 else programme(home)))
