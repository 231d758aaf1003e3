"""One command takes a real mix to checked masters; every claim of the corridor, on real music.

usage: corridor_test.py PROGRAM
"""

import random
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np

import support
from support import decode, excerpt, hashes, lacquer, lacquer_json, true_peak_db


class Corridor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="lacquer-e2e-")
        cls.home = Path(cls.folder.name)
        cls.mix = excerpt(support.mixes()[0], 20, 12, cls.home / "song.wav")
        cls.before = cls.mix.read_bytes()
        cls.session = cls.home / "song.lacquer"
        cls.result = lacquer_json("master", cls.mix, "-o", cls.session, "--loudness", "-12",
                                  "--ceiling", "-1", expect={0, 1})

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_three_deliveries_each_check_with_a_verdict_and_the_mix_untouched(self):
        media = [delivery["medium"] for delivery in self.result["deliveries"]]
        self.assertEqual(media, ["digital", "cd", "vinyl"])
        for delivery in self.result["deliveries"]:
            for file in delivery["files"]:
                self.assertEqual(file["bytes"], (self.session / file["path"]).stat().st_size)
            self.assertGreater(len(delivery["checks"]), 3)
            for check in delivery["checks"]:
                self.assertIn(check["verdict"], ("pass", "fail", "info"))
                self.assertNotEqual(check["verdict"], "fail", check)
                self.assertTrue(check["clause"] and check["value"], check)
                if check["verdict"] == "pass":
                    self.assertTrue(check["limit"], check)
        self.assertEqual(self.mix.read_bytes(), self.before)
        self.assertEqual(support.temporaries(self.home), [])

    def test_loudness_lands_and_an_independent_meter_finds_no_peak_over_the_ceiling(self):
        master = self.result["tracks"][0]["master"]
        self.assertAlmostEqual(master["loudness"]["integrated_lufs"], -12.0, delta=0.1)
        peak_db = true_peak_db(decode(self.session / master["file"]))
        self.assertLessEqual(peak_db, -1.0)
        self.assertGreaterEqual(peak_db, -1.05)
        for path in (self.session / "deliveries/digital").rglob("*"):
            if path.suffix in (".wav", ".flac"):
                self.assertLessEqual(true_peak_db(decode(path)), -1.0 + 0.001, path)
            elif path.suffix in (".mp3", ".m4a", ".opus"):
                self.assertLessEqual(true_peak_db(decode(path)), 0.0, path)
        for path in (self.session / "deliveries/vinyl").glob("*.wav"):
            self.assertLessEqual(true_peak_db(decode(path)), -1.0 + 0.001, path)

    def test_the_same_command_again_gives_the_same_bytes_on_any_number_of_threads(self):
        again = self.home / "again.lacquer"
        lacquer("master", self.mix, "-o", again, "--loudness", "-12", "--ceiling", "-1",
                "--threads", "1", expect={0, 1})
        self.assertEqual(hashes(again / "deliveries"), hashes(self.session / "deliveries"))
        self.assertEqual(hashes(again / "masters"), hashes(self.session / "masters"))

    def test_with_everything_rejected_the_master_is_the_mix_bit_for_bit(self):
        folder = self.home / "rejected.lacquer"
        result = lacquer_json("master", self.mix, "-o", folder, "--for", "digital",
                              expect={0, 1})
        for suggestion in result["tracks"][0]["suggestions"]:
            lacquer("decide", folder, suggestion["id"], "reject", "--as", "Ann Ear")
        result = lacquer_json("render", folder, expect={0, 1})
        master = decode(folder / result["tracks"][0]["master"]["file"])
        self.assertTrue(np.array_equal(master, decode(self.mix)))
        result = lacquer_json("deliver", folder, "--for", "digital", expect={0, 1})
        wav = next((folder / "deliveries/digital").rglob("*.wav"))
        self.assertTrue(np.array_equal(decode(wav), decode(self.mix)))

    def test_killed_at_any_moment_it_goes_on_and_ends_with_the_same_bytes(self):
        chance = random.Random(20261122)
        folder = self.home / "killed.lacquer"
        command = [support.PROGRAM, "master", self.mix, "-o", folder, "--loudness", "-12",
                   "--ceiling", "-1", "--quiet"]
        for _ in range(12):
            run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.01, 2.5))
            run.send_signal(signal.SIGKILL)
            run.wait()
            if folder.exists():
                lacquer("history", folder)
        lacquer(*command[1:], expect={0, 1})
        self.assertEqual(hashes(folder / "deliveries"), hashes(self.session / "deliveries"))
        self.assertEqual(hashes(folder / "masters"), hashes(self.session / "masters"))
        self.assertEqual(support.temporaries(folder), [])
        self.assertEqual(self.mix.read_bytes(), self.before)

    def test_two_commands_on_one_session_the_second_waits_or_is_told_who_holds_it(self):
        folder = self.home / "two.lacquer"
        command = [support.PROGRAM, "master", self.mix, "-o", folder, "--for", "digital",
                   "--quiet"]
        first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (folder / "ledger.jsonl").exists() and first.poll() is None:
            time.sleep(0.02)
        second = lacquer(*command[1:], expect=None)
        self.assertIn(first.wait(), (0, 1))
        self.assertIn(second.returncode, (0, 1, 3))
        if second.returncode == 3:
            self.assertIn(str(first.pid), second.stderr)
        lacquer(*command[1:], expect={0, 1})

    def test_a_signature_needs_passing_checks_and_names_the_exact_bytes(self):
        folder = self.home / "signed.lacquer"
        lacquer("master", self.mix, "-o", folder, "--for", "digital", "--as", "Ann Ear",
                "--loudness", "-14", expect=0)
        result = lacquer_json("sign", folder, "--as", "Ann Ear")
        self.assertEqual(result["signed_by"], "Ann Ear")
        signed = lacquer_json("history", folder)[-1]
        self.assertEqual(signed["kind"], "signed")
        for path, sha256 in signed["body"]["files"].items():
            self.assertEqual(hashes((folder / path).parent)[Path(path).name], sha256)
        report = (folder / "report.html").read_text()
        self.assertIn("Ann Ear", report)

    def test_another_option_on_the_same_session_is_refused_with_what_differs(self):
        refused = lacquer("master", self.mix, "-o", self.session, "--loudness", "-9", expect=2)
        self.assertIn("loudness", refused.stderr)


if __name__ == "__main__":
    unittest.main(argv=["corridor_test.py", "-v"])
