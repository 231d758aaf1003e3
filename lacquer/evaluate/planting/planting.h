#pragma once

#include "lacquer/evaluate/fault.h"

/// How each fault is planted, by code that knows nothing of the detectors. Each function gives the
/// Plant for one amount of the fault.
namespace lacquer::evaluate {

// peaks.cpp

struct Clipping {
  int run_frames = 3;        ///< at least three runs are as long as this, few are longer
  double level_dbfs = 0.0;   ///< where the flat tops lie in the file
  bool one_sided = false;    ///< only the positive half is cut; level_dbfs is then the other peak's
  bool one_section = false;  ///< three seconds, cut before they were mixed; level_dbfs unused
};
Plant clipping(Clipping);
/// A curve driven by so much at the peak. The cubic one is flat from 1.5 on.
enum class Curve { tanh, cubic, arctan };
Plant soft_clipping(Curve, double drive_db);
/// Bursts whose samples stay below full scale while the wave between them does not.
Plant inter_sample_over(double dbtp);
/// So much gain into the house's limiter at -1 dBTP.
Plant limited(double drive_db);
enum class Invalid { nan, infinity };
Plant invalid_samples(Invalid, int run_frames);

// moments.cpp

enum class Click { one_sample, pop, step };
/// Its peak stands so far over the RMS of the 10 ms around it, in one channel.
Plant click(Click, double over_local_rms_db);
/// A splice without a fade; the samples jump by this against the RMS of the 10 ms around it.
Plant splice(double jump_over_local_rms_db);
/// Both channels fall by 60 dB, with fades of 1 ms.
Plant dropout(double length_s);
/// Exact zeros in both channels, cut in hard.
Plant digital_gap(double length_s);
/// A buffer played again, so many times, over what should have come.
Plant stutter(double buffer_s, int repeats);
/// Everything after a moment, or one channel of it, is louder (or softer) by so much.
Plant level_jump(double gain_db, double ramp_s, bool one_channel = false);

// ends.cpp

Plant cut_start();
Plant cut_end();
/// The fade-out runs down by so much in dB and is then cut off.
Plant truncated_fade(double depth_db);
Plant silence_head(double length_s);
Plant silence_tail(double length_s);

// stereo.cpp

Plant polarity(int channel);
Plant channel_delay(double delay_ms);
Plant channel_imbalance(double difference_db);
Plant duplicate_channel();
/// What the missing channel still has: nothing, or noise of this level.
Plant missing_channel(std::optional<double> noise_dbfs);
/// One recording in both channels that are not equal bit for bit: a gain, or noise, sets them
/// apart.
Plant false_stereo(double difference_db, std::optional<double> noise_dbfs);
/// A passage in which one channel is turned over.
Plant inverted_passage(double length_s);
/// A passage in which what both channels share is down by so much and the rest up by 6 dB.
Plant hollow_passage(double length_s, double middle_db);

// spectrum.cpp

/// Over the whole clip, or a passage.
Plant dc(double dbfs, std::optional<double> passage_s);
enum class HumSeries { all, odd, rectifier };
/// Eight partials of 50 or 60 Hz; the level is the RMS of their sum.
Plant hum(double mains_hz, HumSeries, double dbfs);
/// White noise of this RMS.
Plant hiss(double dbfs);
/// A bell of Q 30 somewhere from 400 to 3000 Hz.
Plant resonance(double gain_db);
/// Eight seconds with two bursts a second of noise around 7 kHz, so far over the music's RMS there.
Plant sibilance(double over_local_rms_db);
/// Noise from 8 to 20 Hz.
Plant rumble(double dbfs);

// origin.cpp

enum class Codec { mp3, aac, vorbis, opus };
/// There and back through the real encoder, cut at a chance place so that nobody knows where its
/// blocks begin. `rate` is kb/s, for Vorbis the quality. Needs the ffmpeg program.
Plant lossy(Codec, int rate);
/// At `from_hz` first, then at `to_hz`.
Plant upsampled(double from_hz, double to_hz);
/// Words of so many bits in a 24-bit file.
Plant padded(int bits, bool dithered);

}  // namespace lacquer::evaluate
