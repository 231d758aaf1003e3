"""Two loudness meters that are not ours: libebur128 called directly, and ffmpeg's ebur128 filter."""

import ctypes
import ctypes.util
import re
import subprocess

import numpy as np

MODE_I, MODE_LRA, MODE_TRUE_PEAK = (1 << 2) | 1, (1 << 3) | (1 << 1) | 1, (1 << 5) | (1 << 4) | 1


def libebur128(samples, rate):
    """(integrated LUFS, range LU, true peak dBTP) of samples shaped (frames, channels)."""
    library = ctypes.CDLL(ctypes.util.find_library("ebur128"))
    library.ebur128_init.restype = ctypes.c_void_p
    library.ebur128_init.argtypes = [ctypes.c_uint, ctypes.c_ulong, ctypes.c_int]
    pointer, number = ctypes.POINTER(ctypes.c_double), ctypes.c_double()
    state = ctypes.c_void_p(library.ebur128_init(samples.shape[1], int(rate),
                                                 MODE_I | MODE_LRA | MODE_TRUE_PEAK))
    data = np.ascontiguousarray(samples, dtype=np.float64)
    library.ebur128_add_frames_double.argtypes = [ctypes.c_void_p, pointer, ctypes.c_size_t]
    assert library.ebur128_add_frames_double(state, data.ctypes.data_as(pointer), len(data)) == 0

    def ask(function, *words):
        assert getattr(library, function)(state, *words, ctypes.byref(number)) == 0
        return number.value

    integrated, spread = ask("ebur128_loudness_global"), ask("ebur128_loudness_range")
    peak = max(ask("ebur128_true_peak", ctypes.c_uint(c)) for c in range(samples.shape[1]))
    library.ebur128_destroy(ctypes.byref(state))
    return integrated, spread, 20 * np.log10(peak)


def ffmpeg(path):
    """(integrated LUFS, range LU, true peak dBTP), each rounded to 0.1 by ffmpeg."""
    out = subprocess.run(["ffmpeg", "-nostdin", "-nostats", "-i", path, "-af", "ebur128=peak=true",
                          "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    summary = out[out.rindex("Summary:"):]

    def pick(name):
        return float(re.search(name + r":\s+(-?[\d.]+)", summary).group(1))

    return pick("I"), pick("LRA"), pick("Peak")
