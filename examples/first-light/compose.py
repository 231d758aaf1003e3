"""The three songs: who plays what, bar by bar. No sound here, only notes."""

from dataclasses import dataclass

from midi import Note, Part, bass_pitch, hits, humanise, melody, pitch, swing, voicing

BAR = 4  # beats; all three songs are in 4/4
KICK, SNARE, CLAP, SLAP, SWIRL = 36, 38, 39, 39, 40
HAT, PEDAL_HAT, OPEN_HAT, CRASH, RIDE, SHAKER = 42, 44, 46, 49, 51, 82
TOMS = (50, 47, 45, 43)


@dataclass
class Song:
    name: str
    sample_rate_hz: int
    beats_per_minute: float
    sections: list  # (name, first bar, bars)
    parts: list
    ring_s: float  # how long the last bar may ring

    @property
    def seconds_per_beat(self):
        return 60.0 / self.beats_per_minute

    @property
    def bars(self):
        return sum(bars for _, _, bars in self.sections)


def lay_out(*names_and_bars):
    """[(name, first bar, bars)] and {name: first beat}."""
    sections, at = [], 0
    for name, bars in names_and_bars:
        sections.append((name, at, bars))
        at += bars
    return sections, {name: first * BAR for name, first, _ in sections}


def each_bar(chords, start):
    """'G D/F# Em,C' -> (symbol, beat, beats); a comma splits a bar in two."""
    for number, bar in enumerate(chords.split()):
        symbols = bar.split(",")
        for half, symbol in enumerate(symbols):
            length = BAR / len(symbols)
            yield symbol, start + number * BAR + half * length, length


def held(chords, start, lowest, count, velocity, legato=0.98):
    return [Note(beat, beats * legato, key, velocity)
            for symbol, beat, beats in each_bar(chords, start)
            for key in voicing(symbol, lowest, count)]


def strummed(chords, start, lowest, count, velocity, pattern, step=0.5, length=0.9, spread=0.02):
    """Chord strokes on a grid; every other stroke goes up, from the top string down."""
    notes = []
    for symbol, beat, beats in each_bar(chords, start):
        keys = voicing(symbol, lowest, count)
        for stroke in hits(pattern[: int(beats / step)], beat, 0, velocity, step):
            up = round((stroke.start - beat) / step) % 2
            for string, key in enumerate(reversed(keys) if up else keys):
                notes.append(Note(stroke.start + string * spread, length, key, stroke.velocity))
    return notes


def arpeggio(chords, start, lowest, order, velocity, step, length):
    notes = []
    for symbol, beat, beats in each_bar(chords, start):
        keys = voicing(symbol, lowest, max(order) + 1)
        for index in range(int(beats / step)):
            notes.append(Note(beat + index * step, length, keys[order[index % len(order)]],
                              velocity if index % 4 else min(127, velocity + 10)))
    return notes


def bass_line(chords, start, lowest, velocity, pattern, step=0.5, length=0.45):
    """Roots on a grid; 8 is the octave, 5 the fifth."""
    notes = []
    for symbol, beat, beats in each_bar(chords, start):
        root = bass_pitch(symbol, lowest)
        for index, mark in enumerate(pattern[: int(beats / step)]):
            if mark in "x58":
                key = root + {"x": 0, "5": 7, "8": 12}[mark]
                notes.append(Note(beat + index * step, length, key, velocity))
    return notes


def bars_of(pattern, start, bars, key, velocity, **grid):
    return [note for bar in range(bars)
            for note in hits(pattern, start + bar * BAR, key, velocity, **grid)]


def tom_fill(start, velocity=95):
    return [Note(start + index * 0.25, 0.2, TOMS[index // 2], velocity + 2 * index)
            for index in range(8)]


def pop():
    """1. Paper Boats: pop/rock, G major, 116 bpm."""
    sections, at = lay_out(("intro", 2), ("verse", 8), ("chorus", 8), ("bridge", 4),
                           ("last chorus", 6), ("end", 1))
    verse, bridge = "G D/F# Em Cadd9 G D/F# Em Cadd9", "Em Bm C D"
    chorus, last = "C G D Em C G D D", "C G D Em C D"
    choruses = ((chorus, at["chorus"]), (last, at["last chorus"]))
    end = at["end"]

    drums = Part("drums", 0, drums=True, reverb=22).add(
        hits("........ooxxxxXX", at["intro"] + BAR, SNARE, 78),
        bars_of("x.......x.x.....", at["verse"], 8, KICK, 96),
        bars_of("....x.......x...", at["verse"], 8, SNARE, 88),
        bars_of("x.o.x.o.x.o.x.o.", at["verse"], 8, HAT, 62),
        hits("x", at["verse"], CRASH, 72), tom_fill(at["chorus"] - 2),
        tom_fill(at["last chorus"] - 2), hits("x", end, CRASH, 112), hits("x", end, KICK, 112))
    for chords, start in choruses:
        bars = len(chords.split())
        drums.add(bars_of("x..x..x.x.x.....", start, bars, KICK, 112),
                  bars_of("....X..o....X..o", start, bars, SNARE, 106),
                  bars_of("x.x.x.x.x.x.x.x.", start, bars, RIDE, 80),
                  hits("x", start, CRASH, 110), hits("x", start + 4 * BAR, CRASH, 100))
    drums.add(bars_of("x...x...x...x...", at["bridge"], 3, PEDAL_HAT, 48))

    bass = Part("bass", 34, reverb=4).add(
        bass_line(verse, at["verse"], "E1", 92, "x..xx.x5", length=0.48),
        *(bass_line(chords, start, "E1", 106, "xxxxxx8x") for chords, start in choruses),
        bass_line(bridge, at["bridge"], "E1", 70, "x", length=3.8),
        bass_line("G", end, "E1", 104, "x", length=3.9))

    acoustic = Part("acoustic", 25, reverb=34).add(
        arpeggio("G Cadd9", at["intro"], "G2", (0, 2, 4, 3, 5, 3, 4, 2), 70, 0.5, 1.4),
        arpeggio(verse, at["verse"], "G2", (0, 2, 4, 3, 5, 3, 4, 2), 74, 0.5, 1.2),
        *(strummed(chords, start, "G2", 6, 66, "X.xxo.xx") for chords, start in choruses),
        strummed("G", end, "G2", 6, 82, "x", length=4))

    def power_chords(name, program, lowest):
        guitar = Part(name, program, reverb=26)
        for chords, start in choruses:
            for symbol, beat, beats in each_bar(chords, start):
                root = bass_pitch(symbol, lowest)
                for stroke in hits("Xoxxooxo", beat, root, 82, 0.5, 0.46):
                    guitar.add([stroke, Note(stroke.start, 0.46, root + 7, stroke.velocity)])
        root = bass_pitch("G", lowest)
        return guitar.add([Note(end, 4, root + up, 90) for up in (0, 7, 12)])

    left, right = power_chords("guitar-left", 29, "E2"), power_chords("guitar-right", 30, "B2")

    piano = Part("piano", 0, reverb=46).add(
        held("Em Bm C", at["bridge"], "B3", 3, 66),
        melody("B4/2 G4/1 B4/1 | A4/2 F#4/2 | G4/1 A4/1 B4/1 C5/1 | D5/3 -/1", at["bridge"], 86),
        *(strummed(chords, start, "G3", 4, 72, "x.x.x.x.", spread=0.0)
          for chords, start in choruses), held("G", end, "G3", 4, 76))
    strings = Part("strings", 48, reverb=60).add(
        *(held(chords, start, "B3", 4, 74) for chords, start in choruses),
        held(bridge, at["bridge"], "G3", 4, 76), held("G", end, "B3", 4, 78))

    verse_tune = melody(
        "-/.5 B4/.5 B4/.5 A4/.5 G4/1 D4/1 | -/.5 A4/.5 A4/.5 G4/.5 A4/2 |"
        "-/.5 G4/.5 G4/.5 A4/.5 B4/1 G4/1 | E4/1 G4/1 A4/2 |"
        "-/.5 B4/.5 D5/.5 B4/.5 A4/1 G4/1 | -/.5 A4/.5 B4/.5 A4/.5 F#4/2 |"
        "G4/1.5 A4/.5 B4/1 D5/1 | E5/1 D5/.5 C5/.5 D5/2", at["verse"], 88)
    hook = ("E5/1.5 E5/.5 D5/1 C5/1 | D5/1.5 B4/.5 G4/2 | A4/1 B4/.5 A4/.5 D5/1.5 F#5/.5 |"
            "G5/1.5 F#5/.5 E5/2 | E5/1.5 G5/.5 E5/1 ")
    lead = Part("lead", 27, reverb=52).add(verse_tune)
    chorus_lead = Part("chorus-lead", 29, reverb=56).add(
        melody(hook + "D5/1 | D5/1.5 B4/.5 D5/2 | A4/1 B4/1 A4/1 F#4/1 | A4/1 D5/1 F#5/2",
               at["chorus"], 98),
        melody(hook + "C5/1 | D5/1 E5/1 F#5/1 A5/1 | G5/4", at["last chorus"], 104))
    return Song("01-paper-boats", 44100, 116.0, sections,
                [drums, bass, acoustic, left, right, piano, strings, lead, chorus_lead], 3.2)


def electronic():
    """2. Low Tide Signal: electronic, A minor, 124 bpm."""
    sections, at = lay_out(("intro", 4), ("build", 4), ("drop", 8), ("break", 4),
                           ("second drop", 8), ("end", 1))
    loop, turn = "Am F C G", "F G Am C"
    drops = ((loop + " " + loop, at["drop"]), (loop + " " + turn, at["second drop"]))
    end = at["end"]

    kick = Part("kick", 24, drums=True, reverb=0).add(
        bars_of("x...x...x...x...", at["build"], 3, KICK, 84),
        *(bars_of("x...x...x...x...", start, 8, KICK, 116) for _, start in drops),
        hits("x", end, KICK, 110))
    percussion = Part("percussion", 24, drums=True, reverb=30).add(
        bars_of("o.x.o.x.o.x.o.x.", at["build"], 4, SHAKER, 70),
        hits("o.o.o.o.xxxxXXXX", at["drop"] - BAR, SNARE, 74),
        hits("x.......x...x.xx", at["second drop"] - BAR, CLAP, 76),
        hits("x", end, CRASH, 96))
    for _, start in drops:
        percussion.add(bars_of("....x.......x...", start, 8, CLAP, 104),
                       bars_of("..X...X...X...X.", start, 8, OPEN_HAT, 78),
                       bars_of("xoxoxoxoxoxoxoxo", start, 8, HAT, 60),
                       hits("x", start, CRASH, 104), hits("x", start + 4 * BAR, CRASH, 88))

    bass = Part("bass", 38, reverb=0).add(
        *(bass_line(chords, start, "E1", 108, "..xx..xx..xx..8x", 0.25, 0.24)
          for chords, start in drops),
        bass_line(loop, at["build"], "E1", 70, "x", length=3.8),
        bass_line(loop, at["break"], "E1", 84, "x", length=3.8),
        bass_line("Am", end, "E1", 100, "x", length=3.9))
    pad = Part("pad", 89, reverb=80).add(
        held("Am F C G Am F C G", at["intro"], "G3", 5, 74),
        *(held(chords, start, "G3", 5, 82) for chords, start in drops),
        held(loop, at["break"], "E3", 6, 80), held("Am", end, "G3", 5, 84))
    pluck = Part("pluck", 84, reverb=56).add(
        arpeggio("Am F C G", at["intro"], "A3", (0, 2, 4, 1, 3, 5, 2, 4), 58, 0.25, 0.2),
        arpeggio("Am F C G", at["build"], "A3", (0, 2, 4, 1, 3, 5, 2, 4), 76, 0.25, 0.2),
        *(arpeggio(chords, start, "E4", (0, 3, 1, 2, 0, 3, 4, 2), 70, 0.25, 0.2)
          for chords, start in drops))
    stabs = Part("stabs", 90, reverb=44).add(
        *(strummed(chords, start, "C4", 4, 86, "x..x..x...x..x..", 0.25, 0.22, 0.0)
          for chords, start in drops), held("Am", end, "C4", 4, 76))

    hook = ("E5/.75 D5/.75 C5/.5 E5/.75 G5/.75 E5/.5 | A4/.75 C5/.75 D5/.5 C5/2 |"
            "E5/.75 D5/.75 C5/.5 G4/.75 C5/.75 D5/.5 | B4/.75 D5/.75 G5/.5 D5/1 B4/1 |")
    lead = Part("lead", 81, reverb=58).add(
        melody(hook + "E5/.75 D5/.75 C5/.5 E5/.75 G5/.75 A5/.5 | A5/.75 G5/.75 E5/.5 C5/2 |"
               "E5/.75 D5/.75 C5/.5 E5/1 D5/1 | B4/.75 C5/.75 D5/.5 B4/2", at["drop"], 96),
        melody(hook + "A5/.75 G5/.75 F5/.5 A5/2 | B5/.75 A5/.75 G5/.5 D5/2 |"
               "C6/.75 B5/.75 A5/.5 E5/1 A5/1 | G5/.75 E5/.75 D5/.5 C5/1 B4/1 | A4/4",
               at["second drop"], 102))
    bells = Part("bells", 11, reverb=90).add(
        melody("C5/2 E5/2 | A5/1.5 G5/.5 E5/2 | E5/2 D5/1 C5/1 | D5/4", at["break"], 84),
        melody("-/3 E6/1 | -/3 A5/1 | -/3 G5/1 | -/2 D6/1 B5/1", at["intro"], 60),
        melody("A5/1 E6/3", end, 70))
    return Song("02-low-tide-signal", 48000, 124.0, sections,
                [kick, percussion, bass, pad, pluck, stabs, lead, bells], 3.2)


def ballad():
    """3. Café at Closing: jazz ballad, F major, 76 bpm, swung eighths."""
    sections, at = lay_out(("intro", 2), ("first eight", 8), ("bridge", 4), ("last four", 4),
                           ("end", 1))
    first = "Fmaj7 Dm7 Gm7 C13 Am7,D7b9 Gm7 C9 F6"
    bridge, last = "Bbmaj7 Eb9 Am7 D7b9", "Gm7 C13 Fmaj7 Dbmaj7"
    end = at["end"]

    piano = Part("piano", 0, reverb=58).add(
        held("Gm9", at["intro"], "F3", 4, 52, 1.0),
        melody("-/1 D5/.5 F5/.5 A5/1 G5/1 | E5/1.5 D5/.5 -/2", at["intro"], 60, legato=1.3),
        [Note(at["intro"] + BAR, 1.6, key, 46) for key in voicing("C13", "E3", 4)],
        strummed(first, at["first eight"], "E3", 4, 50, "x..x..o.", length=1.3, spread=0.01),
        strummed(bridge, at["bridge"], "E3", 5, 72, "x.xx..xx", length=0.8, spread=0.01),
        strummed(last, at["last four"], "E3", 4, 46, "x..x....", length=1.8, spread=0.02),
        strummed("Fmaj9", end, "A3", 5, 50, "x", length=5.0, spread=0.12),
        melody("-/2 C6/.5 E6/.5 G6/1", end, 46, legato=2.5))

    two_feel, walk = [], []
    for symbol, beat, beats in each_bar(first, at["first eight"]):
        root = bass_pitch(symbol, "E1")
        two_feel.append(Note(beat, 1.9, root, 80))
        if beats > 2:
            two_feel.append(Note(beat + 2, 1.4, root + 7, 74))
            two_feel.append(Note(beat + 3.5, 0.4, root + 12, 60))
    for names in ("Bb1 D2 F2 A2", "Eb2 Db2 Bb1 G1", "A1 C2 E2 G2", "D2 C2 A1 F#1"):
        start = at["bridge"] + BAR * (len(walk) // 4)
        walk += [Note(start + index, 0.95, pitch(name), 94)
                 for index, name in enumerate(names.split())]
    bass = Part("bass", 32, reverb=14).add(
        two_feel, walk, bass_line(last, at["last four"], "E1", 74, "x...5", length=1.9),
        bass_line("F", end, "E1", 76, "x", length=5.0))

    drums = Part("drums", 40, drums=True, reverb=34).add(
        bars_of("x.x.x.x.", at["first eight"], 8, SWIRL, 58, step=0.5, length=0.5),
        bars_of("..x...x.", at["first eight"], 8, PEDAL_HAT, 56, step=0.5),
        bars_of("x.xox.xo", at["first eight"] + 4 * BAR, 4, RIDE, 58, step=0.5),
        bars_of("x.Xxx.Xx", at["bridge"], 4, RIDE, 86, step=0.5),
        bars_of("..X...X.", at["bridge"], 4, SLAP, 82, step=0.5),
        bars_of("x..ox..o", at["bridge"], 4, KICK, 64, step=0.5),
        bars_of("..x...x.", at["bridge"], 4, PEDAL_HAT, 70, step=0.5),
        hits("x", at["bridge"], CRASH, 78),
        bars_of("x...x...", at["last four"], 4, SWIRL, 50, step=0.5, length=0.9),
        bars_of("..x...x.", at["last four"], 4, PEDAL_HAT, 46, step=0.5),
        hits("x", end, RIDE, 52))

    trumpet = Part("trumpet", 59, reverb=64).add(
        melody("-/1 A4/.5 C5/.5 E5/1.5 D5/.5 | C5/1 A4/.5 F4/.5 G4/1 A4/1 |"
               "-/.5 Bb4/.5 D5/.5 F5/.5 E5/.5 D5/.5 Bb4/1 | A4/.5 G4/.5 Bb4/.5 A4/.5 G4/2 |"
               "C5/1 E5/.5 D5/.5 C5/.5 A4/.5 Eb5/.5 C5/.5 | D5/1.5 Bb4/.5 G4/1 A4/1 |"
               "Bb4/.5 A4/.5 G4/.5 E4/.5 D4/.5 E4/.5 G4/.5 Bb4/.5 | A4/3 -/1",
               at["first eight"], 78),
        melody("D5/1 F5/1 A5/1.5 G5/.5 | F5/1 Db5/1 G5/1.5 F5/.5 |"
               "E5/1 C5/.5 E5/.5 G5/1.5 E5/.5 | F#5/.5 Eb5/.5 C5/.5 A4/.5 F#4/1 -/1",
               at["bridge"], 94),
        melody("-/.5 Bb4/.5 D5/.5 F5/.5 E5/1 D5/1 | C5/.5 Bb4/.5 A4/.5 G4/.5 E4/1 G4/1 |"
               "A4/2 G4/.5 F4/1.5 | F4/3 -/1", at["last four"], 70))
    for part in (piano, bass, drums, trumpet):
        swing(part.notes)
    return Song("03-cafe-at-closing", 44100, 76.0, sections, [piano, bass, drums, trumpet], 4.5)


def songs():
    """All three, performed: the same small human errors on every run."""
    album = [pop(), electronic(), ballad()]
    for number, song in enumerate(album):
        tight = song.sample_rate_hz == 48000  # machines play on time
        for index, part in enumerate(song.parts):
            humanise(part, 1000 * (number + 1) + index, song.seconds_per_beat,
                     timing_ms=0.0 if tight else 6.0, velocity=3 if tight else 5)
    return album
