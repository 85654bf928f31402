from spinesense.model.grade import GRADE_NOTES, SensorGrade, grade_of


def test_a_lower_grade_is_named() -> None:
    assert grade_of(100.0, has_gyro=True) is SensorGrade.FULL
    assert grade_of(25.0, has_gyro=True) is SensorGrade.SLOW
    assert grade_of(25.0, has_gyro=False) is SensorGrade.NO_GYROSCOPE
    assert [grade for grade in SensorGrade if not GRADE_NOTES[grade]] == [SensorGrade.FULL]
