"""What the end-to-end tests share: running the program, decoding by ffmpeg, an independent meter."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

PROGRAM = Path(sys.argv[1]).resolve()
SOURCE = Path(__file__).resolve().parents[2]


def lacquer(*words, expect=0, **options):
    """Runs the program; `expect` is the exit code, or a set of them, or None for any."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, **options)
    codes = {expect} if isinstance(expect, int) else expect
    if codes is not None and done.returncode not in codes:
        raise AssertionError(f"lacquer {' '.join(map(str, words))}: exit {done.returncode}, "
                             f"expected {codes}\n{done.stderr}\n{done.stdout[-2000:]}")
    return done


def lacquer_json(*words, expect=0):
    return json.loads(lacquer(*words, "--json", "--quiet", expect=expect).stdout)


def decode(path, rate=None):
    """Samples as float64, shape (frames, channels), by ffmpeg."""
    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=channels",
                            "-of", "csv=p=0", path], capture_output=True, text=True, check=True)
    channels = int(probe.stdout.strip().strip(","))
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", path]
    if rate:
        command += ["-ar", str(rate)]
    raw = subprocess.run(command + ["-f", "f64le", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, dtype="<f8").reshape(-1, channels)


def true_peak_db(samples, factor=32, half=96, chunk=40000):
    """A 32x meter of another kind than the program's: a long Blackman-windowed sinc, evaluated at
    every phase beside each sample within 6 dB of the highest one."""
    best = np.max(np.abs(samples))
    if best == 0:
        return -np.inf
    t = np.arange(-half + 1, half + 1)[:, None] - np.arange(1, factor) / factor
    taps = np.sinc(t) * (0.42 + 0.5 * np.cos(np.pi * t / half) + 0.08 * np.cos(2 * np.pi * t / half))
    for channel in samples.T:
        padded = np.concatenate([np.zeros(half), channel, np.zeros(half)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)[1:]
        loud = np.flatnonzero(np.maximum(np.abs(channel[:-1]), np.abs(channel[1:])) > best / 2)
        for start in range(0, len(loud), chunk):
            best = max(best, np.max(np.abs(windows[loud[start:start + chunk]] @ taps)))
    return 20 * np.log10(best)


def hashes(folder):
    """Every file below the folder by its relative name."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def excerpt(source, start_s, length_s, target):
    """A piece of a mix as 24-bit WAV, cut by ffmpeg without touching its samples."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-ss", str(start_s), "-t",
                    str(length_s), "-i", source, "-c:a", "pcm_s24le", target], check=True)
    return Path(target)


def mixes():
    return sorted((SOURCE / "examples/first-light/mixes").glob("*.flac"))


def temporaries(folder):
    return [path for path in Path(folder).rglob("*") if path.name.endswith(".lacquer-part")]
