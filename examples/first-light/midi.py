"""Notes as text, and notes as a Standard MIDI File (format 0, one stem a file).

Time is counted in beats (quarter notes) until the file is written.
"""

import random
import struct
from dataclasses import dataclass, field

TICKS_PER_BEAT = 960
DRUM_CHANNEL = 9
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_CHORDS = {
    "": (0, 4, 7), "m": (0, 3, 7), "add9": (0, 4, 7, 14), "6": (0, 4, 7, 9), "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11), "7": (0, 4, 7, 10), "9": (0, 4, 10, 14), "m9": (0, 3, 10, 14),
    "maj9": (0, 4, 11, 14), "13": (0, 4, 10, 21), "7b9": (0, 4, 10, 13),
}


@dataclass
class Note:
    start: float
    length: float
    pitch: int
    velocity: int


@dataclass
class Part:
    """One stem: an instrument of the soundfont and what it plays."""

    name: str
    program: int
    notes: list = field(default_factory=list)
    drums: bool = False
    reverb: int = 40  # controller 91, 0..127
    expression: list = field(default_factory=list)  # (beat, value 0..127) of controller 11

    def add(self, *groups):
        for group in groups:
            self.notes.extend(group)
        return self


def pitch(name):
    """'Bb3' -> 58; middle C is C4 = 60."""
    step, octave = _STEPS[name[0]], int(name[-1])
    return 12 * (octave + 1) + step + name.count("#") - name[1:].count("b")


def chord_classes(symbol):
    """'Dm7' or 'D/F#' -> (pitch classes, bass pitch class)."""
    symbol, _, bass = symbol.partition("/")
    root_length = 2 if symbol[1:2] in ("#", "b") else 1
    root = pitch(symbol[:root_length] + "0") % 12
    classes = [(root + interval) % 12 for interval in _CHORDS[symbol[root_length:]]]
    return classes, pitch(bass + "0") % 12 if bass else root


def voicing(symbol, lowest, count):
    """The `count` lowest chord tones at or above `lowest`: neighbours move little."""
    classes, _ = chord_classes(symbol)
    return [p for p in range(pitch(lowest), 128) if p % 12 in classes][:count]


def bass_pitch(symbol, lowest):
    low = pitch(lowest)
    return low + (chord_classes(symbol)[1] - low) % 12


def melody(text, start, velocity, beats_per_bar=4, legato=0.95):
    """'E5/1.5 -/.5 D5/2 | ...' -> notes. Every bar must add up."""
    notes = []
    for number, bar in enumerate(text.split("|")):
        at = 0.0
        for token in bar.split():
            name, _, length = token.partition("/")
            if name != "-":
                notes.append(Note(start + number * beats_per_bar + at, float(length) * legato,
                                  pitch(name), velocity))
            at += float(length)
        assert abs(at - beats_per_bar) < 1e-9, f"bar {number + 1} has {at} beats: {bar}"
    return notes


def hits(pattern, start, key, velocity, step=0.25, length=0.2):
    """'x...X.o.' -> drum notes; X is an accent, o a ghost note."""
    scale = {"x": 1.0, "X": 1.15, "o": 0.6}
    return [Note(start + index * step, length, key, min(127, round(velocity * scale[mark])))
            for index, mark in enumerate(pattern) if mark in scale]


def humanise(part, seed, seconds_per_beat, timing_ms=6.0, velocity=5):
    """Small seeded deviations; the same seed gives the same performance."""
    source = random.Random(seed)
    for note in part.notes:
        shift_ms = max(-2.0, min(2.0, source.gauss(0.0, 1.0))) * timing_ms
        note.start = max(0.0, note.start + shift_ms * 1e-3 / seconds_per_beat)
        note.velocity = max(1, min(127, note.velocity + round(source.uniform(-velocity, velocity))))


def swing(notes, offbeat=0.62):
    """Moves the second eighth of each beat from 0.5 to `offbeat`."""
    for note in notes:
        beat, fraction = divmod(note.start, 1.0)
        if 0.5 <= fraction < 0.6:  # a chord's later strings are a little behind
            note.start = beat + fraction + offbeat - 0.5
            note.length = max(0.1, note.length - (offbeat - 0.5))
    return notes


def _variable_length(value):
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(0x80 | (value & 0x7F))
    return bytes(reversed(digits))


def write(path, part, beats_per_minute, end_beat):
    """A file that lasts until end_beat, so that every stem has the same length."""
    channel = DRUM_CHANNEL if part.drums else 0
    events = [  # (tick, order within the tick, message)
        (0, 0, b"\xff\x51\x03" + struct.pack(">I", round(60e6 / beats_per_minute))[1:]),
        (0, 1, bytes([0xC0 | channel, part.program])),
        (0, 1, bytes([0xB0 | channel, 91, part.reverb])),
    ]
    for beat, value in part.expression:
        events.append((round(beat * TICKS_PER_BEAT), 2, bytes([0xB0 | channel, 11, value])))
    for note in part.notes:
        on = round(note.start * TICKS_PER_BEAT)
        off = max(on + 1, round((note.start + note.length) * TICKS_PER_BEAT))
        events.append((on, 4, bytes([0x90 | channel, note.pitch, note.velocity])))
        events.append((off, 3, bytes([0x80 | channel, note.pitch, 0])))
    events.append((round(end_beat * TICKS_PER_BEAT), 5, b"\xff\x2f\x00"))

    track, now = bytearray(), 0
    for tick, _, message in sorted(events):
        track += _variable_length(tick - now) + message
        now = tick
    header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, TICKS_PER_BEAT)
    path.write_bytes(header + struct.pack(">4sI", b"MTrk", len(track)) + bytes(track))
