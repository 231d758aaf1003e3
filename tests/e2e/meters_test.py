"""Our meters against two others on real music.

usage: meters_test.py PROGRAM
"""

import tempfile
import unittest
from pathlib import Path

import oracles
import support


class Meters(unittest.TestCase):
    def test_libebur128_and_ffmpeg_agree_on_every_example_mix(self):
        for mix in support.mixes():
            ours = support.lacquer_json("measure", mix)
            samples = support.decode(mix)
            theirs = oracles.libebur128(samples, ours["format"]["sample_rate_hz"])
            rounded = oracles.ffmpeg(mix)
            with self.subTest(mix.name):
                self.assertAlmostEqual(ours["loudness"]["integrated_lufs"], theirs[0], delta=0.02)
                # libebur128 takes one short-term value a second, we take ten.
                self.assertAlmostEqual(ours["loudness"]["range_lu"], theirs[1], delta=0.5)
                self.assertAlmostEqual(ours["peak"]["true_dbtp"], theirs[2], delta=0.2)
                self.assertAlmostEqual(ours["loudness"]["integrated_lufs"], rounded[0], delta=0.1)
                self.assertAlmostEqual(ours["peak"]["true_dbtp"], rounded[2], delta=0.2)

    def test_a_32x_meter_of_another_make_finds_the_same_true_peak(self):
        with tempfile.TemporaryDirectory(prefix="lacquer-e2e-") as folder:
            for start_s, mix in zip((25, 30, 40), support.mixes()):
                piece = support.excerpt(mix, start_s, 8, Path(folder) / "piece.wav")
                ours = support.lacquer_json("measure", piece, "--only", "peak")
                self.assertAlmostEqual(ours["peak"]["true_dbtp"],
                                       support.true_peak_db(support.decode(piece)), delta=0.005)


if __name__ == "__main__":
    unittest.main(argv=["meters_test.py", "-v"])
