"""The layout for the terminal."""

from lowprec.report.text import changes_text, filled, ratio_text, signed_text, table


def test_lines_end_at_80_columns_and_go_on_indented():
    first, second = filled("word " * 17, indent="  ").splitlines()
    assert (len(first), second) == (79, "  word")


def test_paths_and_names_are_not_broken():
    path = "/a-long-path/" * 9
    assert filled(f"in {path}").splitlines() == ["in", path]


def test_a_table_is_no_wider_than_its_cells():
    assert table(("a", "b"), [("xyz", "1"), ("x", "22")], ("left", "right")).splitlines() == [
        "a     b",
        "xyz   1",
        "x    22",
    ]


def test_changes_have_both_values():
    changes = {"keras": ("3.14.0", "3.15.1"), "driver": (None, "570.10"), "xla": (False, None)}
    assert changes_text(changes) == (
        "keras 3.14.0 -> 3.15.1, driver none -> 570.10, xla False -> none"
    )
    assert changes_text({}) == ""


def test_no_change_is_not_negative():
    assert [signed_text(change) for change in (-1e-17, 0.0, -0.02)] == [
        *("+0.0000", "+0.0000", "-0.0200")
    ]


def test_names_in_the_head_of_a_table_of_markdown_stay_names():
    text = table(["a|b", "<b>*x*"], [["`1`", "$2$"]], ["left", "left"], markdown=True)
    head, _, row = text.splitlines()
    assert [cell.strip() for cell in head.split(" | ")] == [r"| a\|b", r"\<b>\*x\*   |"]
    assert [cell.strip() for cell in row.split(" | ")] == [r"| \`1\`", r"\$2\$       |"]


def test_ratios_have_three_digits_however_large():
    assert [ratio_text(r) for r in (0.5, 1234.5, 999999, 1e6, 1.014e304)] == [
        *("0.50", "1234", "999999", "1e+06", "1.01e+304")
    ]
