// LSM6DS3TR-C (Seeed XIAO nRF52840 Sense) and LSM6DSO, by their FIFO over I2C.
//
// Registers: ST data sheets of the LSM6DS3TR-C (DocID030071) and the LSM6DSO (DS12140).
#pragma once

#include <Wire.h>

#include "spinesense_packet.h"

namespace spinesense {

class Lsm6ds {
 public:
  static constexpr uint32_t kNominalPeriodUs = 9615;  // 104 Hz
  static constexpr AccRange kAccRange = AccRange::k4g;
  static constexpr GyrRange kGyrRange = GyrRange::k500dps;

  Lsm6ds(TwoWire& wire, uint8_t address) : wire_(wire), address_(address) {}

  // Finds the chip and starts sampling; false when there is none that is known.
  bool begin() {
    const uint8_t who = read(kWhoAmI);
    tagged_ = who == kLsm6dso;
    if (!tagged_ && who != kLsm6ds3trc) return false;
    write(kCtrl3, 0x44);  // whole readings only, and addresses that advance
    write(kCtrl1Xl, 0x48);  // 104 Hz, ±4 g
    write(kCtrl2G, 0x44);  // 104 Hz, ±500 °/s
    if (tagged_) {
      write(kFifoCtrl3Dso, 0x44);  // both into the FIFO at 104 Hz
    } else {
      write(kFifoCtrl3Ds3, 0x09);  // both into the FIFO, none left out
    }
    restart();
    return true;
  }

  // Whole samples in the FIFO. After an overrun there is no telling where a sample begins, so that
  // the FIFO is emptied and `overrun` set; it holds 2.5 s and more.
  int available(bool* overrun) {
    uint8_t status[2];
    read(kFifoStatus1, status, 2);
    *overrun = (status[1] & 0x40) != 0;
    if (*overrun) {
      restart();
      return 0;
    }
    const int words = status[0] | (status[1] & (tagged_ ? 0x03 : 0x07)) << 8;
    return words / (tagged_ ? 2 : 6);
  }

  // Takes the oldest sample out of the FIFO.
  void take(Sample* sample) {
    int16_t acc[3], gyr[3];
    if (tagged_) {
      for (int word = 0; word < 2; ++word) {
        uint8_t bytes[7];
        read(kFifoOutDso, bytes, 7);
        axes(bytes + 1, bytes[0] >> 3 == kTagGyro ? gyr : acc);
      }
    } else {
      uint8_t bytes[12];
      read(kFifoOutDs3, bytes, 12);
      axes(bytes, gyr);
      axes(bytes + 6, acc);
    }
    // The counts of these chips are 0.122 mg and 17.5 m°/s, a little off those of the format.
    for (int axis = 0; axis < 3; ++axis) {
      sample->acc[axis] = to_counts(acc[axis] * 0.000122f, 4.0f);
      sample->gyr[axis] = to_counts(gyr[axis] * 0.0175f, 500.0f);
    }
  }

 private:
  static constexpr uint8_t kLsm6ds3trc = 0x6A;
  static constexpr uint8_t kLsm6dso = 0x6C;
  static constexpr uint8_t kTagGyro = 0x01;
  static constexpr uint8_t kFifoCtrl3Ds3 = 0x08;
  static constexpr uint8_t kFifoCtrl3Dso = 0x09;
  static constexpr uint8_t kFifoCtrl5Ds3 = 0x0A;
  static constexpr uint8_t kFifoCtrl4Dso = 0x0A;
  static constexpr uint8_t kWhoAmI = 0x0F;
  static constexpr uint8_t kCtrl1Xl = 0x10;
  static constexpr uint8_t kCtrl2G = 0x11;
  static constexpr uint8_t kCtrl3 = 0x12;
  static constexpr uint8_t kFifoStatus1 = 0x3A;
  static constexpr uint8_t kFifoOutDs3 = 0x3E;
  static constexpr uint8_t kFifoOutDso = 0x78;

  // Empties the FIFO and lets it fill for ever.
  void restart() {
    const uint8_t reg = tagged_ ? kFifoCtrl4Dso : kFifoCtrl5Ds3;
    const uint8_t rate = tagged_ ? 0x00 : 0x20;  // 104 Hz
    write(reg, rate);
    write(reg, rate | 0x06);
  }

  static void axes(const uint8_t* bytes, int16_t* out) {
    for (int axis = 0; axis < 3; ++axis) {
      out[axis] = static_cast<int16_t>(bytes[2 * axis] | bytes[2 * axis + 1] << 8);
    }
  }

  void write(uint8_t reg, uint8_t value) {
    wire_.beginTransmission(address_);
    wire_.write(reg);
    wire_.write(value);
    wire_.endTransmission();
  }

  void read(uint8_t reg, uint8_t* out, int count) {
    wire_.beginTransmission(address_);
    wire_.write(reg);
    wire_.endTransmission(false);
    wire_.requestFrom(address_, static_cast<uint8_t>(count));
    for (int row = 0; row < count; ++row) out[row] = static_cast<uint8_t>(wire_.read());
  }

  uint8_t read(uint8_t reg) {
    uint8_t value;
    read(reg, &value, 1);
    return value;
  }

  TwoWire& wire_;
  uint8_t address_;
  bool tagged_ = false;
};

}  // namespace spinesense
