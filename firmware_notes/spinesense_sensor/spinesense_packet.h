// The open packet format, version 1 (firmware_notes/packet-format.md), in portable C++11.
//
// Nothing of Arduino is needed here, so that the same bytes can be checked on a computer.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace spinesense {

constexpr char kServiceUuid[] = "d7370001-bb09-4a52-be70-d3bcd2dc07f2";
constexpr char kDataUuid[] = "d7370002-bb09-4a52-be70-d3bcd2dc07f2";

constexpr uint8_t kVersion = 1;
constexpr uint8_t kLargestCount = 63;
constexpr uint8_t kBatteryUnknown = 255;
constexpr uint32_t kShortestPeriodUs = 500;
constexpr uint32_t kLongestPeriodUs = 1000000;

constexpr size_t kHeadBytes = 8;
constexpr size_t kDescriptionBytes = 4;
constexpr size_t kSampleBytes = 12;

// Codes of the ranges, as they stand in the head.
enum class AccRange : uint8_t { k2g = 0, k4g = 1, k8g = 2, k16g = 3 };
enum class GyrRange : uint8_t { k125dps = 0, k250dps = 1, k500dps = 2, k1000dps = 3, k2000dps = 4 };

struct Sample {
  int16_t acc[3];
  int16_t gyr[3];
};

// What all samples of a packet share.
struct Head {
  uint32_t number;     // of the first sample, counting also those that were never sent
  uint32_t clock_us;   // when the first sample was taken
  uint32_t period_us;  // measured spacing of the samples; 0 for the short form
  uint8_t battery_percent;
  AccRange acc_range;
  GyrRange gyr_range;
};

// Bytes of a packet of so many samples.
constexpr size_t packet_bytes(size_t count, bool described) {
  return kHeadBytes + (described ? kDescriptionBytes : 0) + kSampleBytes * count;
}

inline uint8_t* put(uint8_t* out, uint32_t value, int bytes) {
  for (int shift = 0; shift < 8 * bytes; shift += 8) *out++ = static_cast<uint8_t>(value >> shift);
  return out;
}

// Writes a packet and returns its length; 0 when it has no place in the format or in the buffer.
inline size_t encode(const Head& head, const Sample* samples, size_t count, uint8_t* out,
                     size_t room) {
  const bool described = head.period_us != 0;
  const bool fits = described ? head.period_us >= kShortestPeriodUs &&
                                    head.period_us <= kLongestPeriodUs &&
                                    (head.battery_percent <= 100 ||
                                     head.battery_percent == kBatteryUnknown)
                              : count == 1;
  const size_t length = packet_bytes(count, described);
  if (!fits || count > kLargestCount || length > room) return 0;
  *out++ = static_cast<uint8_t>(kVersion << 4 | (described ? 8 : 0) |
                                static_cast<uint8_t>(head.gyr_range));
  *out++ = static_cast<uint8_t>(static_cast<uint8_t>(head.acc_range) << 6 | count);
  out = put(out, head.number, 2);
  out = put(out, head.clock_us, 4);
  if (described) out = put(put(out, head.battery_percent, 1), head.period_us, 3);
  for (size_t row = 0; row < count; ++row) {
    for (int axis = 0; axis < 3; ++axis) {
      out = put(out, static_cast<uint16_t>(samples[row].acc[axis]), 2);
    }
    for (int axis = 0; axis < 3; ++axis) {
      out = put(out, static_cast<uint16_t>(samples[row].gyr[axis]), 2);
    }
  }
  return length;
}

// Counts of the format from a reading in any unit; beyond the full scale the int16 extremes.
inline int16_t to_counts(float value, float full_scale) {
  const float counts = value * (32768.0f / full_scale);
  if (counts >= 32767.0f) return 32767;
  if (counts <= -32768.0f) return -32768;
  return static_cast<int16_t>(counts < 0 ? counts - 0.5f : counts + 0.5f);
}

}  // namespace spinesense
