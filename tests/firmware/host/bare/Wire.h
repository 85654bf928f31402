// No chip on the bus: for boards whose IMU has a library of its own.
#pragma once
