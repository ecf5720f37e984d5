"""The page to choose from offers what was coded, and hides no strategy."""

from __future__ import annotations

from casebook import choosing, coding, figure


def test_every_strategy_is_there_once_with_its_codes() -> None:
    table = choosing.strategies().set_index("strategy")
    assert list(table.index) == list(coding.units("strategy"))
    cells = coding.cells("strategy", choosing.CHOICES)
    for row in cells.itertuples():
        values = table.loc[row.unit_en, row.dimension].split("; ")
        assert (row.code_en in values) == row.settled, (row.unit, row.code)


def test_values_hold_no_separator() -> None:
    cells = coding.cells("strategy", choosing.CHOICES)
    assert not cells["code_en"].str.contains(";").any()


def test_each_strategy_says_what_it_takes_and_what_to_fear() -> None:
    table = choosing.strategies()
    for column in ("what it takes", "the report warns", "shown by", "where", "goal"):
        assert (table[column].str.len() > 0).all(), column


def test_coverage_counts_the_strategies_of_each_choice() -> None:
    table, covered = choosing.strategies(), choosing.coverage()
    assert (covered["which"].str.split("; ").str.len() >= covered["strategies"]).all()
    for row in covered.itertuples():
        held = table[row.choice].str.split("; ").apply(lambda v, wanted=row.value: wanted in v)
        assert int(held.sum()) == row.strategies


def test_the_page_is_told_which_columns_to_choose_by() -> None:
    made = figure.table(choosing.strategies(), "choosing_test", "x", choose=choosing.CHOICES)
    assert made.content["choose"] == [1, 2, 3]
