// A sensor for spinesense: reads the FIFO of an IMU and notifies packets of the open format.
//
// Boards: Seeed XIAO nRF52840 Sense (the "mbed-enabled" core), ESP32-C3 with an LSM6DSO, Arduino
// Nano 33 BLE Sense (choose its library below). Library: ArduinoBLE 1.3.7 or newer.
#include <Arduino.h>
#include <ArduinoBLE.h>
#include <Wire.h>

// For an Arduino Nano 33 BLE Sense, uncomment the line of its revision:
// #include <Arduino_LSM9DS1.h>
// #include <Arduino_BMI270_BMM150.h>

#include "sample_clock.h"
#include "spinesense_packet.h"

#if defined(ARDUINO_ARDUINO_NANO33BLE)
#include "imu_arduino.h"
using Imu = spinesense::ArduinoImu;
Imu imu;
#else
#include "imu_lsm6ds.h"
using Imu = spinesense::Lsm6ds;
#if defined(PIN_LSM6DS3TR_C_POWER)
Imu imu(Wire1, 0x6A);  // the XIAO has it on its inner bus
#else
Imu imu(Wire, 0x6A);  // 0x6B when SDO/SA0 is high
#endif
#endif

// 1 sends the short form, for a host that stays at the smallest MTU (23).
constexpr uint32_t kSamplesInPacket = 5;
constexpr uint32_t kLookEveryUs = 5000;
constexpr uint32_t kStatusEveryUs = 1000000;
constexpr uint32_t kWaiting = 64;  // 0.6 s; what is older when the radio is behind is dropped

BLEService service(spinesense::kServiceUuid);
BLECharacteristic data(spinesense::kDataUuid, BLENotify, 244, false);

spinesense::SampleClock sampleClock(Imu::kNominalPeriodUs);
spinesense::Sample waiting[kWaiting];
uint32_t taken = 0;      // samples ever taken: the number of the next one
uint32_t nextSent = 0;   // number of the first sample that waits
uint32_t lookedUs = 0;
uint32_t statusUs = 0;

// Per cent of the battery, where the board can measure it (see its page).
uint8_t batteryPercent() { return spinesense::kBatteryUnknown; }

void setup() {
#if defined(PIN_LSM6DS3TR_C_POWER)
  pinMode(PIN_LSM6DS3TR_C_POWER, OUTPUT);
  digitalWrite(PIN_LSM6DS3TR_C_POWER, HIGH);
  delay(20);
  Wire1.begin();
  Wire1.setClock(400000);
#else
  Wire.begin();
  Wire.setClock(400000);
#endif
  while (!imu.begin()) delay(500);
  while (!BLE.begin()) delay(500);
  BLE.setLocalName("spinesense");
  BLE.setAdvertisedService(service);
  service.addCharacteristic(data);
  BLE.addService(service);
  BLE.setConnectionInterval(12, 24);  // 15 to 30 ms; the host has the last word
  BLE.advertise();
}

// Takes over what the FIFO holds.
void look() {
  bool overrun = false;
  const int count = imu.available(&overrun);
  const uint32_t nowUs = micros();
  if (overrun) {
    // Nobody counted what was lost, but the clock knows how many there must have been.
    taken = nextSent = sampleClock.expected(nowUs) + 1;
    sampleClock.looked(taken - 1, nowUs);
  }
  if (count) sampleClock.looked(taken + static_cast<uint32_t>(count) - 1, nowUs);
  for (int row = 0; row < count; ++row) {
    imu.take(&waiting[taken % kWaiting]);
    ++taken;
  }
}

// Sends samples that wait; false when the radio does not take them now.
bool notify(uint32_t first, uint32_t count, bool described) {
  spinesense::Sample samples[kSamplesInPacket];
  for (uint32_t row = 0; row < count; ++row) samples[row] = waiting[(first + row) % kWaiting];
  const spinesense::Head head = {first, sampleClock.time_us(first),
                                 described ? sampleClock.period_us() : 0, batteryPercent(),
                                 Imu::kAccRange, Imu::kGyrRange};
  uint8_t packet[spinesense::packet_bytes(kSamplesInPacket, true)];
  const size_t length = spinesense::encode(head, samples, count, packet, sizeof packet);
  return length && data.writeValue(packet, static_cast<int>(length));
}

void send() {
  if (!data.subscribed()) {
    nextSent = taken;
    return;
  }
  while (taken - nextSent >= kWaiting) nextSent += kSamplesInPacket;
  const bool described = kSamplesInPacket > 1;
  while (taken - nextSent >= kSamplesInPacket) {
    if (!notify(nextSent, kSamplesInPacket, described)) return;
    nextSent += kSamplesInPacket;
  }
  if (!described && micros() - statusUs >= kStatusEveryUs) {
    statusUs = micros();
    notify(nextSent, 0, true);
  }
}

void loop() {
  BLE.poll();
  if (micros() - lookedUs < kLookEveryUs) {
    delay(1);
    return;
  }
  lookedUs = micros();
  look();
  send();
}
