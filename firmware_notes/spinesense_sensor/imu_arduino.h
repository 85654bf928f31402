// The IMU of an Arduino Nano 33 BLE Sense, by the FIFO of Arduino's own library: LSM9DS1 (first
// revision, Arduino_LSM9DS1) or BMI270 (Rev2, Arduino_BMI270_BMM150). Both libraries set ±4 g and
// ±2000 °/s and name their object IMU; include one of them before this file.
#pragma once

#include "spinesense_packet.h"

namespace spinesense {

class ArduinoImu {
 public:
  static constexpr uint32_t kNominalPeriodUs = 10000;  // 100 Hz (BMI270); the LSM9DS1 has 119 Hz
  static constexpr AccRange kAccRange = AccRange::k4g;
  static constexpr GyrRange kGyrRange = GyrRange::k2000dps;

  bool begin() {
    if (!IMU.begin()) return false;
    IMU.setContinuousMode();
    return true;
  }

  // Whole samples in the FIFO. The libraries do not tell an overrun.
  int available(bool* overrun) {
    *overrun = false;
    const int acc = IMU.accelerationAvailable();
    const int gyr = IMU.gyroscopeAvailable();
    return acc < gyr ? acc : gyr;
  }

  void take(Sample* sample) {
    float acc[3], gyr[3];
    IMU.readAcceleration(acc[0], acc[1], acc[2]);
    IMU.readGyroscope(gyr[0], gyr[1], gyr[2]);
    for (int axis = 0; axis < 3; ++axis) {
      sample->acc[axis] = to_counts(acc[axis], 4.0f);
      sample->gyr[axis] = to_counts(gyr[axis], 2000.0f);
    }
  }
};

}  // namespace spinesense
