"""Our meters against two others on real music.

usage: meters_test.py PROGRAM
"""

import unittest

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
                self.assertAlmostEqual(ours["peak"]["true_dbtp"], support.true_peak_db(samples),
                                       delta=0.005)


if __name__ == "__main__":
    unittest.main(argv=["meters_test.py", "-v"])
