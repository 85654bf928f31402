// When each sample was taken, for a chip that collects them in a FIFO.
//
// A FIFO says how many samples there are, not when they were taken. But when it is looked at, its
// newest sample is less than one sample period old. Each look narrows down the time of all samples,
// since they are equally spaced; and over some seconds it shows how far apart they really are, which
// differs from the nominal rate of the chip by up to some per cent.
#pragma once

#include <stdint.h>

namespace spinesense {

class SampleClock {
 public:
  explicit SampleClock(uint32_t nominal_period_us) : period_(fraction(nominal_period_us)) {}

  // The FIFO was looked at: its newest sample had this number. `now_us` may wrap.
  void looked(uint32_t newest, uint32_t now_us) {
    if (!begun_) {
      begun_ = true;
      last_us_ = now_us;
      newest_ = anchor_ = newest;
      anchor_time_ = time_ = 0;
      origin_us_ = now_us;
      return;
    }
    now_ += fraction(now_us - last_us_);
    last_us_ = now_us;
    time_ += static_cast<uint64_t>(newest - newest_) * period_;
    newest_ = newest;
    if (time_ > now_) time_ = now_;
    if (time_ + period_ < now_) time_ = now_ - period_;
    measure();
  }

  // Time of a sample, before or after the newest; wraps with the clock of the board.
  uint32_t time_us(uint32_t number) const {
    const int64_t away = static_cast<int32_t>(number - newest_);
    const int64_t time = static_cast<int64_t>(time_) + away * static_cast<int64_t>(period_);
    return origin_us_ + static_cast<uint32_t>((time + kOne / 2) >> kBits);
  }

  // Measured spacing of the samples.
  uint32_t period_us() const { return static_cast<uint32_t>((period_ + kOne / 2) >> kBits); }

  // The number that the newest sample must have now, after samples were lost unseen.
  uint32_t expected(uint32_t now_us) const {
    const uint64_t since = now_ + fraction(now_us - last_us_) - time_;
    return newest_ + static_cast<uint32_t>(since / period_);
  }

 private:
  static constexpr int kBits = 8;
  static constexpr uint64_t kOne = 1 << kBits;
  static constexpr uint32_t kFirstWindow = 128;
  static constexpr uint32_t kLargestWindow = 4096;  // 40 s at 100 Hz: a chip warms up in minutes

  static uint64_t fraction(uint32_t us) { return static_cast<uint64_t>(us) << kBits; }

  void measure() {
    const uint32_t samples = newest_ - anchor_;
    if (samples < window_) return;
    // The first window begins with a guess that may be a whole period off; it only ends it.
    if (settled_) period_ = (time_ - anchor_time_) / samples;
    settled_ = true;
    if (window_ < kLargestWindow) window_ *= 2;
    anchor_ = newest_;
    anchor_time_ = time_;
  }

  uint64_t period_;  // this and the times in 1/256 µs
  uint64_t now_ = 0;
  uint64_t time_ = 0;
  uint64_t anchor_time_ = 0;
  uint32_t newest_ = 0;
  uint32_t anchor_ = 0;
  uint32_t window_ = kFirstWindow;
  uint32_t last_us_ = 0;
  uint32_t origin_us_ = 0;
  bool begun_ = false;
  bool settled_ = false;
};

}  // namespace spinesense
