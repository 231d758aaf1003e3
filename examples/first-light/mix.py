"""Stems in, unmastered mixes out: faders, equaliser, ducking, and the deliberate faults.

Audio is a float64 array (2, frames). Filters are applied as spectra, so that numpy suffices.
"""

from dataclasses import dataclass

import numpy as np

HEAD_S, FADE_S, TAIL_S = 0.3, 2.5, 0.8
# 18 significant bits in the 24-bit files: noise at -110 dBFS, and the album stays small.
SIGNIFICANT_BITS = 18


@dataclass
class Strip:
    """One channel of the console."""

    gain_db: float
    highpass_hz: float = 0.0
    bells: tuple = ()  # (frequency_hz, gain_db, q)
    balance: float = 0.0  # -1 left .. 1 right
    width: float = 1.0  # 0 mono, 1 as rendered
    duck_db: float = 0.0  # dip under every kick


STRIPS = {
    "01-paper-boats": {
        "drums": Strip(2.0, bells=((3300.0, -4.0, 0.8), (10000.0, 3.0, 0.6))),
        "bass": Strip(4.0, 35.0, ((950.0, 8.0, 0.7),), width=0.0),
        "acoustic": Strip(-2.5, 110.0, ((220.0, -3.0, 0.8), (9000.0, 8.0, 0.6)), balance=-0.25),
        "guitar-left": Strip(-6.5, 90.0, ((2700.0, -5.0, 0.8), (8000.0, 8.0, 0.7)), balance=-0.8),
        "guitar-right": Strip(-7.0, 110.0, ((2900.0, -6.0, 0.8), (8000.0, 8.0, 0.7)),
                              balance=0.8),
        "piano": Strip(1.0, 120.0, ((5000.0, 4.0, 0.7),), balance=0.15),
        "strings": Strip(-4.0, 180.0, ((7000.0, 5.0, 0.7),)),
        "lead": Strip(8.0, 120.0, ((2800.0, -7.0, 0.8), (800.0, 4.0, 0.8), (7000.0, 6.0, 0.7))),
        "chorus-lead": Strip(-3.0, 150.0, ((2800.0, -7.0, 0.8), (900.0, 4.0, 0.8),
                                                 (8000.0, 6.0, 0.7))),
    },
    "02-low-tide-signal": {
        "kick": Strip(4.0, width=0.0),
        "percussion": Strip(6.0, 150.0, ((3800.0, -4.0, 0.6), (10000.0, 2.0, 0.7))),
        "bass": Strip(5.5, 30.0, ((90.0, 2.0, 0.8),), width=0.0, duck_db=7.0),
        "pad": Strip(-5.0, 140.0, ((280.0, -3.0, 0.7), (3500.0, 5.0, 0.6)), duck_db=5.0),
        "pluck": Strip(-3.0, 200.0, ((550.0, -3.0, 0.8), (8000.0, 6.0, 0.6)), duck_db=2.0),
        "stabs": Strip(-6.0, 200.0, ((450.0, -4.0, 0.7), (4500.0, 6.0, 0.6)), duck_db=5.0),
        "lead": Strip(0.0, 180.0, ((600.0, -4.0, 0.8), (3300.0, -3.0, 0.8), (9000.0, 3.0, 0.7))),
        "bells": Strip(6.0, 150.0, ((6000.0, 4.0, 0.6),)),
    },
    "03-cafe-at-closing": {
        "piano": Strip(6.0, 50.0, ((2800.0, -5.0, 0.7), (9000.0, 6.0, 0.6)), width=0.6),
        "bass": Strip(4.5, 35.0, ((800.0, 9.0, 0.6),), width=0.3),
        "drums": Strip(2.0, 40.0, ((3500.0, -2.0, 0.8),)),
        "trumpet": Strip(3.0, 110.0, ((2300.0, -6.0, 0.6), (5500.0, -7.0, 0.7))),
    },
}
BUS_GAIN_DB = {"01-paper-boats": -2.5, "02-low-tide-signal": 0.0, "03-cafe-at-closing": 3.0}

# The deliberate faults, with the reasons in README.md.
BOXY_BELL = (340.0, 5.0, 0.7)  # track 1, mix bus
WIDE_BASS_CROSSOVER_HZ, WIDE_BASS_ROTATION_DEG = 150.0, 55.0  # track 2, bass stem
SIBILANT_BELL, SIBILANT_STEMS = (7200.0, 6.0, 0.9), ("trumpet", "drums")  # track 3
CLICK_S, CLICK_CHANNEL = 5.9, 0  # track 3, counted from the start of the file
CLICK_SHAPE = (0.10, -0.16, 0.12, -0.05)


def gain(db):
    return 10.0 ** (db / 20.0)


def db(power):
    return 10.0 * np.log10(np.maximum(power, 1e-20))


def filtered(audio, rate_hz, response):
    """Multiplies the spectrum by response(frequencies_hz); the second of padding takes the tail."""
    frames = audio.shape[1]
    size = -(-(frames + rate_hz) // 65536) * 65536  # a length that transforms quickly
    frequencies_hz = np.fft.rfftfreq(size, 1.0 / rate_hz)
    spectrum = np.fft.rfft(audio, size, axis=1)
    return np.fft.irfft(spectrum * response(frequencies_hz), size, axis=1)[:, :frames]


def biquad(b, a, rate_hz):
    def response(frequencies_hz):
        z = np.exp(-2j * np.pi * frequencies_hz / rate_hz)
        return (b[0] + b[1] * z + b[2] * z * z) / (a[0] + a[1] * z + a[2] * z * z)
    return response


def bell(frequency_hz, gain_db, q, rate_hz):
    """Audio EQ Cookbook (R. Bristow-Johnson), peakingEQ."""
    w, amplitude = 2 * np.pi * frequency_hz / rate_hz, gain(gain_db / 2)
    alpha, c = np.sin(w) / (2 * q), -2 * np.cos(w)
    return biquad((1 + alpha * amplitude, c, 1 - alpha * amplitude),
                  (1 + alpha / amplitude, c, 1 - alpha / amplitude), rate_hz)


def highpass(frequency_hz, rate_hz):
    """Audio EQ Cookbook, HPF with Butterworth damping."""
    w = 2 * np.pi * frequency_hz / rate_hz
    alpha, c = np.sin(w) / np.sqrt(2.0), np.cos(w)
    return biquad(((1 + c) / 2, -(1 + c), (1 + c) / 2), (1 + alpha, -2 * c, 1 - alpha), rate_hz)


def widened_bass(audio, rate_hz):
    """What a cheap widener does: below the crossover the channels' phases are turned apart."""
    def turned(degrees):
        def response(frequencies_hz):
            below = 1.0 / (1.0 + (frequencies_hz / WIDE_BASS_CROSSOVER_HZ) ** 8)
            return np.exp(1j * np.radians(degrees) * below)
        return response
    return np.vstack([filtered(audio[:1], rate_hz, turned(+WIDE_BASS_ROTATION_DEG)),
                      filtered(audio[1:], rate_hz, turned(-WIDE_BASS_ROTATION_DEG))])


def ducked(audio, rate_hz, depth_db, kick_times_s):
    if not kick_times_s or not depth_db:
        return audio
    kicks = np.asarray(kick_times_s)
    times_s = np.arange(audio.shape[1]) / rate_hz
    last = np.searchsorted(kicks, times_s, side="right") - 1
    since_s = np.where(last >= 0, times_s - kicks[np.maximum(last, 0)], 1e9)
    dip = np.minimum(since_s / 0.004, 1.0) * np.exp(-since_s / 0.09)
    return audio * gain(-depth_db * dip)


def channel(audio, strip, rate_hz, kick_times_s):
    mid, side = (audio[0] + audio[1]) / 2, (audio[0] - audio[1]) / 2 * strip.width
    audio = np.vstack([mid + side, mid - side])
    stages = [highpass(strip.highpass_hz, rate_hz)] if strip.highpass_hz else []
    stages += [bell(*settings, rate_hz) for settings in strip.bells]
    if stages:
        audio = filtered(audio, rate_hz, lambda f: np.prod([stage(f) for stage in stages], axis=0))
    angle = (strip.balance + 1) * np.pi / 4
    balance = np.array([[np.cos(angle)], [np.sin(angle)]]) * np.sqrt(2.0)
    return ducked(audio, rate_hz, strip.duck_db, kick_times_s) * balance * gain(strip.gain_db)


def mixed(song, stems, with_faults=True):
    """{name: raw stem} -> (mix, {name: stem as it stands in the mix}).

    The stems add up to the mix, but for what is done to the bus: the bell of track 1 and the
    click of track 3.
    """
    rate_hz, strips = song.sample_rate_hz, STRIPS[song.name]
    kicks = sorted(note.start * song.seconds_per_beat
                   for part in song.parts if part.name == "kick" for note in part.notes)
    music_s = song.bars * 4 * song.seconds_per_beat + song.ring_s
    frames, head = round(music_s * rate_hz), round(HEAD_S * rate_hz)
    total = head + frames + round(TAIL_S * rate_hz)
    fade = np.ones(frames)
    fade_frames = round(FADE_S * rate_hz)
    fade[-fade_frames:] = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade_frames + 1) / fade_frames)

    placed = {}
    for name, raw in stems.items():
        audio = np.zeros((2, frames))
        audio[:, : min(frames, raw.shape[1])] = raw[:, :frames]
        audio = channel(audio, strips[name], rate_hz, kicks)
        if with_faults and song.name.startswith("02") and name == "bass":
            audio = widened_bass(audio, rate_hz)
        if with_faults and song.name.startswith("03") and name in SIBILANT_STEMS:
            audio = filtered(audio, rate_hz, bell(*SIBILANT_BELL, rate_hz))
        placed[name] = np.zeros((2, total))
        placed[name][:, head : head + frames] = audio * fade * gain(BUS_GAIN_DB[song.name])

    bus = np.sum(list(placed.values()), axis=0)
    if with_faults and song.name.startswith("01"):
        music = slice(head, head + frames)  # head and tail stay digital silence
        bus[:, music] = filtered(bus[:, music], rate_hz, bell(*BOXY_BELL, rate_hz))
    if with_faults and song.name.startswith("03"):
        at = round(CLICK_S * rate_hz)
        bus[CLICK_CHANNEL, at : at + len(CLICK_SHAPE)] += CLICK_SHAPE
    return bus, placed


def pcm24(audio):
    """Interleaved 24-bit little-endian bytes; no sample may be near full scale."""
    assert np.max(np.abs(audio)) < 0.99, "the bus clips; lower BUS_GAIN_DB"
    step = 1 << (24 - SIGNIFICANT_BITS)
    samples = np.rint(audio.T * (1 << (SIGNIFICANT_BITS - 1))).astype("<i4") * step
    return np.ascontiguousarray(samples).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


# What the faults do, measured.

BANDS_HZ = (20, 148.2, 392.4, 794.7, 1457.6, 2549.7, 4349.2, 7314.2, 12199.3, 20000)


def k_weighting(rate_hz):
    """ITU-R BS.1770 annex 1, both stages, re-derived for any rate as libebur128 does."""
    k, q = np.tan(np.pi * 1681.974450955533 / rate_hz), 0.7071752369554196
    vh = gain(3.999843853973347)
    vb = vh ** 0.4996667741545416
    shelf = biquad((vh + vb * k / q + k * k, 2 * (k * k - vh), vh - vb * k / q + k * k),
                   (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k), rate_hz)
    k, q = np.tan(np.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    low_cut = biquad((1, -2, 1), (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k), rate_hz)
    norm = 1 + k / q + k * k
    return lambda f: shelf(f) * low_cut(f) * norm


def band_figures(audio, rate_hz):
    """(share of each band in dB, side minus mid of each band in dB), as the statistics have them:
    K-weighted 400 ms blocks every 100 ms, the mean in dB of the blocks above the mean - 20 dB."""
    size, hop = round(0.4 * rate_hz), round(0.1 * rate_hz)
    frequencies_hz = np.fft.rfftfreq(size, 1.0 / rate_hz)
    weight = np.abs(k_weighting(rate_hz)(frequencies_hz)) ** 2
    edges = np.searchsorted(frequencies_hz, BANDS_HZ)
    window = np.hanning(size) / np.sqrt(np.sum(np.hanning(size) ** 2) * size)
    mid_side = np.vstack([audio[0] + audio[1], audio[0] - audio[1]]) / np.sqrt(2.0)
    starts = range(0, audio.shape[1] - size, hop)
    powers = np.empty((2, len(starts), len(BANDS_HZ) - 1))
    for row, start in enumerate(starts):
        spectrum = np.abs(np.fft.rfft(mid_side[:, start : start + size] * window, axis=1)) ** 2
        powers[:, row] = 2 * np.add.reduceat(spectrum * weight, edges, axis=1)[:, :-1]
    loudness = db(np.sum(powers, axis=(0, 2)))
    loud = loudness > db(np.mean(10 ** (loudness / 10))) - 20
    mean_db = np.mean(db(np.sum(powers, axis=0))[loud], axis=0)
    shares = mean_db - db(np.sum(10 ** (mean_db / 10)))
    mid, side = np.sum(powers[:, loud], axis=1)
    return shares, db(side) - db(mid)
