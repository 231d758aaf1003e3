"""A slow proof over real music: meters against libebur128 and ffmpeg, and mastering end to end.

usage: real_music.py PROGRAM FOLDER_OF_MUSIC [COUNT [MASTERS]]
Measures COUNT files (default 12) spread evenly over the folder, 90 s of each at most, and masters
the first MASTERS of them (default all).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import oracles  # noqa: E402
import support  # noqa: E402

MUSIC = {".ogg", ".mp3", ".flac", ".wav", ".opus", ".m4a"}


def main():
    files = sorted(p for p in Path(sys.argv[2]).rglob("*") if p.suffix.lower() in MUSIC)
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 12
    masters = int(sys.argv[4]) if len(sys.argv) > 4 else count
    files = files[::max(1, len(files) // count)][:count]
    worst = {"integrated_lu": 0.0, "range_lu": 0.0, "true_peak_db": 0.0, "landing_lu": 0.0,
             "over_ceiling_db": -99.0, "decoded_dbtp": -99.0}
    bound = failed = 0
    for number, file in enumerate(files, 1):
        with tempfile.TemporaryDirectory(prefix="lacquer-proof-") as folder:
            try:
                mix = support.excerpt(file, 0, 90, Path(folder) / "mix.wav")
            except subprocess.CalledProcessError:
                print(f"{number}/{len(files)} {file.name}: ffmpeg cannot cut it", flush=True)
                continue
            ours = support.lacquer_json("measure", mix)
            if ours["loudness"]["integrated_lufs"] is None:
                print(f"{number}/{len(files)} {file.name}: silent in its first 90 s", flush=True)
                continue
            samples = support.decode(mix)
            for theirs in (oracles.libebur128(samples, ours["format"]["sample_rate_hz"]),
                           oracles.ffmpeg(mix)):
                for key, mine, other in zip(("integrated_lu", "range_lu", "true_peak_db"),
                                            (ours["loudness"]["integrated_lufs"],
                                             ours["loudness"]["range_lu"],
                                             ours["peak"]["true_dbtp"]), theirs):
                    if mine is not None:  # too short for a range
                        worst[key] = max(worst[key], abs(mine - other))
            integrated = ours["loudness"]["integrated_lufs"]
            if number > masters:
                continue
            result = support.lacquer_json("master", mix, "-o", Path(folder) / "s", "--loudness",
                                          "-12", expect={0, 1})
            track = result["tracks"][0]
            master = support.decode(Path(folder) / "s" / track["master"]["file"])
            over = support.true_peak_db(master) + 1.0
            worst["over_ceiling_db"] = max(worst["over_ceiling_db"], over)
            landing = abs(track["master"]["loudness"]["integrated_lufs"] + 12.0)
            if track["binding"]:
                bound += 1
            else:
                worst["landing_lu"] = max(worst["landing_lu"], landing)
            for lossy in ("mp3", "m4a", "opus"):
                for path in (Path(folder) / "s/deliveries/digital").rglob("*." + lossy):
                    worst["decoded_dbtp"] = max(worst["decoded_dbtp"],
                                                support.true_peak_db(support.decode(path)))
            fails = [check["check"] for delivery in result["deliveries"]
                     for check in delivery["checks"] if check["verdict"] == "fail"]
            failed += bool(fails)
            print(f"{number}/{len(files)} {file.name}: {integrated:.1f} LUFS, over ceiling "
                  f"{over:+.3f} dB, landed {landing:.3f} LU, {track['binding'] or ''} "
                  f"{', '.join(fails)}", flush=True)
    print("worst of", len(files), {key: round(value, 3) for key, value in worst.items()},
          f"{bound} bound by a limit, {failed} with a failed check")


main()
