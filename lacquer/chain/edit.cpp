#include "lacquer/chain/edit.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "lacquer/base/units.h"
#include "lacquer/chain/number.h"

namespace lacquer::chain {
namespace {

constexpr double longest_s = 3600.0;
constexpr double exponential_floor = 1e-3;  // -60 dB

Error unusable(std::string sentence) {
  return {ErrorKind::unusable_input, std::move(sentence), "",
          "Change the track's trims, fades and silences, in seconds."};
}

std::string seconds(double value) { return shortest(std::round(value * 1000.0) / 1000.0) + " s"; }

class EditedSource : public AudioSource {
 public:
  EditedSource(const Editing& editing, SourcePointer source)
      : editing_{editing}, source_{std::move(source)} {}

  StreamFormat format() const override { return source_->format(); }
  std::int64_t frame_count() const override { return editing_.frame_count(); }

  Result<int> read(AudioBlock block) override {
    TRY_DO(skip_the_start());
    int done = 0;
    while (done < block.frame_count() && position_ < frame_count()) {
      const std::int64_t into_music = position_ - editing_.silence_before();
      const bool music = into_music >= 0 && into_music < editing_.kept();
      const std::int64_t left = into_music < 0 ? -into_music
                                : music        ? editing_.kept() - into_music
                                               : frame_count() - position_;
      const int wanted = static_cast<int>(std::min<std::int64_t>(left, block.frame_count() - done));
      const AudioBlock part = block.frames(done, wanted);
      int got = wanted;
      if (music) {
        TRY(got, source_->read(part));
        if (got == 0) return ends_early();
        editing_.fade(part.frames(0, got), into_music);
      } else {
        for (int c = 0; c < part.channel_count(); ++c) std::fill_n(part.channel(c), wanted, 0.0);
      }
      done += got;
      position_ += got;
    }
    return done;
  }

 private:
  Result<void> skip_the_start() {
    if (skipped_ == editing_.trim_start()) return {};
    AudioBuffer unheard{format().channel_count, block_frames};
    while (skipped_ < editing_.trim_start()) {
      const auto wanted = std::min<std::int64_t>(block_frames, editing_.trim_start() - skipped_);
      TRY(const int got, source_->read(unheard.block().frames(0, static_cast<int>(wanted))));
      if (got == 0) return ends_early();
      skipped_ += got;
    }
    return {};
  }

  Error ends_early() const {
    return {ErrorKind::unusable_input,
            "The audio ends before the " + std::to_string(source_->frame_count()) +
                " frames it announced.",
            "", "Export the file again."};
  }

  Editing editing_;
  SourcePointer source_;
  std::int64_t skipped_ = 0;
  std::int64_t position_ = 0;  // in what is given out
};

}  // namespace

double fade_gain(FadeCurve curve, double share) noexcept {
  switch (curve) {
    case FadeCurve::linear:
      return share;
    case FadeCurve::equal_power:
      return std::sin(0.5 * pi * share);
    case FadeCurve::s_curve:
      return 0.5 - 0.5 * std::cos(pi * share);
    case FadeCurve::exponential:
      return (std::pow(exponential_floor, 1.0 - share) - exponential_floor) /
             (1.0 - exponential_floor);
  }
  return share;
}

Edit edit_with(const Values& lengths_s) {
  Edit edit;
  for (const EditLength& length : edit_lengths)
    if (const auto found = lengths_s.find(length.key); found != lengths_s.end())
      edit.*length.seconds = found->second;
  return edit;
}

Result<Editing> Editing::of(const Edit& edit, const StreamFormat& format,
                            std::int64_t frame_count) {
  const double rate_hz = format.sample_rate_hz;
  const double length_s = static_cast<double>(frame_count) / rate_hz;
  for (const double value : {edit.trim_start_s, edit.trim_end_s, edit.fade_in_s, edit.fade_out_s,
                             edit.silence_before_s, edit.silence_after_s})
    if (!(value >= 0.0 && value <= std::max(longest_s, length_s)))
      return unusable("A trim, fade or silence of " + shortest(value) + " s cannot be.");
  const auto frames = [&](double value) { return std::llround(value * rate_hz); };
  Editing all;
  all.trim_start_ = frames(edit.trim_start_s);
  all.kept_ = frame_count - all.trim_start_ - frames(edit.trim_end_s);
  if (all.kept_ < 1 && !edit.changes_nothing())
    return unusable("Trims of " + seconds(edit.trim_start_s) + " and " + seconds(edit.trim_end_s) +
                    " leave nothing of " + seconds(length_s) + ".");
  all.fade_in_ = frames(edit.fade_in_s);
  all.fade_out_ = frames(edit.fade_out_s);
  all.fade_in_curve_ = edit.fade_in_curve;
  all.fade_out_curve_ = edit.fade_out_curve;
  all.silence_before_ = frames(edit.silence_before_s);
  all.silence_after_ = frames(edit.silence_after_s);
  for (const bool out : {false, true})
    if ((out ? all.fade_out_ : all.fade_in_) > all.kept_)
      return unusable("The fade-" + std::string{out ? "out" : "in"} + " of " +
                      seconds(out ? edit.fade_out_s : edit.fade_in_s) + " is longer than the " +
                      seconds(static_cast<double>(all.kept_) / rate_hz) + " there are.");
  return all;
}

void Editing::fade(AudioBlock block, std::int64_t first) const noexcept {
  const auto gain_at = [](FadeCurve curve, std::int64_t frame, std::int64_t frames) {
    return fade_gain(curve, (static_cast<double>(frame) + 0.5) / static_cast<double>(frames));
  };
  for (int f = 0; f < block.frame_count(); ++f) {
    const std::int64_t at = first + f;
    double gain = 1.0;
    if (at < fade_in_) gain = gain_at(fade_in_curve_, at, fade_in_);
    if (at >= kept_ - fade_out_) gain *= gain_at(fade_out_curve_, kept_ - 1 - at, fade_out_);
    if (gain == 1.0) continue;
    for (int c = 0; c < block.channel_count(); ++c) block.channel(c)[f] *= gain;
  }
}

Result<SourcePointer> edit(const Edit& edit, SourcePointer source) {
  if (edit.changes_nothing()) return source;
  TRY(const auto editing, Editing::of(edit, source->format(), source->frame_count()));
  return SourcePointer{std::make_unique<EditedSource>(editing, std::move(source))};
}

}  // namespace lacquer::chain
