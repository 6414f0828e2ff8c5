"""What came last under each name is kept, and never too much of it."""

from hypothesis import given
from hypothesis import strategies as st

from generator.workbook.reader.latest import Latest


def test_of_what_came_under_a_name_the_last_is_kept():
    latest = Latest[str](10)
    latest.keep("甲", "早", 6)
    latest.keep("乙", "中", 4)
    latest.keep("甲", "晚", 5)
    assert latest == {"甲": "晚", "乙": "中"}


@given(came=st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.integers(0, 12)), max_size=20))
def test_what_is_kept_is_never_too_much(came: list[tuple[str, int]]):
    latest = Latest[int](10)
    for name, size in came:
        latest.keep(name, size, size)
        assert sum(latest.values()) <= 10
        assert latest.get(name) == (size if size <= 10 else None)


def test_what_is_too_much_by_itself_drives_out_nothing_else():
    latest = Latest[str](10)
    latest.keep("甲", "小", 6)
    latest.keep("乙", "大", 11)
    assert latest == {"甲": "小"}


def test_a_great_many_names_are_not_kept():
    latest = Latest[int](10)
    for number in range(1_000):
        latest.keep(str(number), number, 0)
        assert latest[str(number)] == number
        assert len(latest) <= 256


def test_what_was_thrown_away_takes_no_room():
    latest = Latest[str](10)
    latest.keep("甲", "大", 9)
    latest.clear()
    latest.keep("乙", "大", 9)
    latest.keep("丙", "小", 1)
    assert latest == {"乙": "大", "丙": "小"}
