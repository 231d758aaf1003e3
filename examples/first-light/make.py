#!/usr/bin/python3
"""Plays and mixes First Light: three songs, from notes to mixes/*.flac.

    ./make.py                   writes mixes/
    ./make.py --stems stems/    and every stem as it stands in its mix
    ./make.py --clean clean/    and each mix without its deliberate faults
    ./make.py --measure         and prints the bands with and without the faults

Needs these Debian packages: python3 python3-numpy fluidsynth fluid-soundfont-gm flac
Every run gives the same samples; nothing is taken from the clock.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOUNDFONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
sys.dont_write_bytecode = True

try:
    import numpy as np
except ImportError:
    sys.exit("make.py: numpy is missing; apt install python3-numpy and run with /usr/bin/python3")

import compose
import midi
import mix


def check_tools(soundfont):
    for program, package in (("fluidsynth", "fluidsynth"), ("flac", "flac")):
        if not shutil.which(program):
            sys.exit(f"make.py: {program} is missing; apt install {package}")
    if not Path(soundfont).is_file():
        sys.exit(f"make.py: no soundfont at {soundfont}; apt install fluid-soundfont-gm, "
                 "or name a copy of FluidR3_GM.sf2 with --soundfont")


def played(song, part, soundfont, folder):
    """One part through FluidSynth: float64 (2, frames), with FluidSynth's own reverb."""
    score, raw = folder / f"{part.name}.mid", folder / f"{part.name}.raw"
    end_beat = song.bars * compose.BAR + song.ring_s / song.seconds_per_beat
    midi.write(score, part, song.beats_per_minute, end_beat)
    command = ["fluidsynth", "-n", "-i", "-q", "-f", "/dev/null", "-C", "0", "-R", "1",
               "-g", "0.4", "-r", str(song.sample_rate_hz), "-o", "synth.cpu-cores=1",
               "-o", "synth.reverb.room-size=0.6", "-o", "synth.reverb.damp=0.35",
               "-O", "float", "-T", "raw", "-F", str(raw), soundfont, str(score)]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode or not raw.is_file() or not raw.stat().st_size:
        sys.exit(f"make.py: fluidsynth could not play {song.name}, {part.name}:\n{result.stderr}")
    return np.fromfile(raw, "<f4").reshape(-1, 2).T.astype(np.float64)


def write_flac(path, audio, rate_hz):
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["flac", "--silent", "--force", "--force-raw-format", "--endian=little",
               "--sign=signed", "--channels=2", "--bps=24", f"--sample-rate={rate_hz}",
               "-8", "-o", str(path), "-"]
    result = subprocess.run(command, input=mix.pcm24(audio), capture_output=True)
    if result.returncode:
        sys.exit(f"make.py: cannot write {path}: {result.stderr.decode().strip()}")


def print_bands(song, clean, mixed):
    rows = [mix.band_figures(audio, song.sample_rate_hz) for audio in (clean, mixed)]
    print(f"{song.name}\n  bands, Hz          " + " ".join(f"{f:7.0f}" for f in mix.BANDS_HZ[:-1]))
    for label, index in (("share, dB", 0), ("side - mid, dB", 1)):
        for state, row in zip(("without", "with"), rows):
            print(f"  {label + ' ' + state:<22}" + " ".join(f"{v:7.2f}" for v in row[index]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stems", type=Path, metavar="DIR", help="also write every stem")
    parser.add_argument("--clean", type=Path, metavar="DIR", help="also write mixes without faults")
    parser.add_argument("--measure", action="store_true", help="print what the faults do")
    parser.add_argument("--only", metavar="NN", default="", help="one song, for example 02")
    parser.add_argument("--soundfont", default=SOUNDFONT, help="FluidR3_GM.sf2")
    options = parser.parse_args()
    check_tools(options.soundfont)

    for song in compose.songs():
        if not song.name.startswith(options.only):
            continue
        with tempfile.TemporaryDirectory() as folder:
            stems = {part.name: played(song, part, options.soundfont, Path(folder))
                     for part in song.parts}
        mixed, placed = mix.mixed(song, stems)
        write_flac(HERE / "mixes" / f"{song.name}.flac", mixed, song.sample_rate_hz)
        if options.stems:
            for name, audio in placed.items():
                write_flac(options.stems / song.name / f"{name}.flac", audio, song.sample_rate_hz)
        if options.clean or options.measure:
            clean, _ = mix.mixed(song, stems, with_faults=False)
        if options.clean:
            write_flac(options.clean / f"{song.name}.flac", clean, song.sample_rate_hz)
        if options.measure:
            print_bands(song, clean, mixed)


if __name__ == "__main__":
    main()
