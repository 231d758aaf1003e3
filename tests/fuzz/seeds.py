"""Small valid files of every format Lacquer reads, for the fuzzers to begin from.

usage: seeds.py FOLDER     writes FOLDER/audio_file_fuzz/* and FOLDER/tags_fuzz/*
"""

import subprocess
import sys
from pathlib import Path

TONE = "aevalsrc=0.3*sin(440*2*PI*t)|0.2*sin(660*2*PI*t):s={rate}:d={seconds}"
SURROUND = "aevalsrc=0|0.1|0.2|0.1|0.2|0.1:c=5.1:s=44100:d=0.01"
TAGS = ["title=A title", "artist=Someone", "album=An album", "track=3/9", "date=2026",
        "ISRC=DEA000000001", "comment=x"]

#        name              rate  seconds  words for ffmpeg
AUDIO = [("u8.wav", 44100, 0.03, "-c:a pcm_u8"),
         ("s16.wav", 44100, 0.03, "-c:a pcm_s16le"),
         ("s24.wav", 96000, 0.02, "-c:a pcm_s24le"),
         ("s32.wav", 44100, 0.02, "-c:a pcm_s32le"),
         ("f32.wav", 44100, 0.02, "-c:a pcm_f32le"),
         ("f64.wav", 44100, 0.01, "-c:a pcm_f64le"),
         ("rf64.wav", 44100, 0.03, "-c:a pcm_s16le -rf64 always"),
         ("s24.aiff", 44100, 0.03, "-c:a pcm_s24be"),
         ("s16.flac", 44100, 0.03, "-c:a flac"),
         ("mono.mp3", 32000, 0.1, "-ac 1 -c:a libmp3lame -b:a 64k"),
         ("stereo.mp3", 44100, 0.1, "-c:a libmp3lame -b:a 128k"),
         ("vorbis.ogg", 44100, 0.05, "-c:a libvorbis -q:a 0"),
         ("opus.opus", 48000, 0.05, "-c:a libopus -b:a 32k"),
         ("surround.wav", None, None, "-c:a pcm_s16le"),
         ("surround.flac", None, None, "-c:a flac")]

# tags_fuzz reads the first byte as the ending of the name.
TAGGED = [("mp3", "-c:a libmp3lame -b:a 64k"), ("flac", "-c:a flac"), ("m4a", "-c:a aac"),
          ("opus", "-c:a libopus"), ("wav", "-c:a pcm_s16le"), ("ogg", "-c:a libvorbis"),
          ("aiff", "-c:a pcm_s16be -write_id3v2 1")]


def ffmpeg(source, words, path):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", source,
                    "-bitexact", *words, path], check=True)


def main(folder):
    audio, tagged = folder / "audio_file_fuzz", folder / "tags_fuzz"
    for one in (audio, tagged):
        one.mkdir(parents=True, exist_ok=True)
    for name, rate, seconds, words in AUDIO:
        source = TONE.format(rate=rate, seconds=seconds) if rate else SURROUND
        ffmpeg(source, words.split(), audio / name)
    metadata = [word for tag in TAGS for word in ("-metadata", tag)]
    for index, (ending, words) in enumerate(TAGGED):
        path = tagged / f"seed.{ending}"
        ffmpeg(TONE.format(rate=48000, seconds=0.02), [*words.split(), *metadata], path)
        path.write_bytes(bytes([index]) + path.read_bytes())


main(Path(sys.argv[1]))
