"""Direction of gravity in the sensor frame: gyro bias, filter live and for whole recordings."""
