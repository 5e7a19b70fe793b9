"""The summary of a night in which something went wrong."""

from lowprec.report.night import Trouble, summary_text

TROUBLE = Trouble("It broke off:", ["no space"], "All.", "The history.", "Make some.", ["a", "b"])


def test_a_night_without_a_result():
    assert summary_text([TROUBLE], "") == (
        "### This night broke off and has no result\n\n"
        "It broke off:\n\n"
        "```text\nno space\n```\n\n"
        "- **Lost:** All.\n- **Kept:** The history.\n- **To do:** Make some.\n\n"
        "The last lines of the suite:\n\n"
        "```text\na\nb\n```"
    )


def test_a_result_stands_below_what_went_wrong():
    text = summary_text([TROUBLE], "### 0001: quick")
    assert text.startswith("### Something went wrong in this night\n\nIt broke off:")
    assert text.endswith("\n\n### 0001: quick")


def test_a_night_in_which_nothing_went_wrong():
    assert summary_text([], "### 0001: quick") == "### 0001: quick"
