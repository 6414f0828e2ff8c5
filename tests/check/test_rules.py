"""The table of built-in rules."""

from generator import template
from generator.check.rules import BUILT_IN, RULES
from generator.model.finding import Kind, Place


def test_every_built_in_rule_has_an_id_of_its_own():
    assert len(RULES) == len(BUILT_IN)


def test_every_built_in_rule_says_what_to_do_in_a_sentence():
    assert [rule.id for rule in BUILT_IN if not rule.remedy.endswith("。")] == []


def test_a_finding_takes_kind_and_remedy_from_its_rule_unless_told_better():
    place = Place("a.xlsx")

    plain = RULES["DUPLICATE"].found(place, "两份不同。")
    told = RULES["DUPLICATE"].found(place, "两份相同。", "不需要处理。", Kind.NOTE)

    assert (plain.kind, plain.remedy) == (Kind.VERIFY, RULES["DUPLICATE"].remedy)
    assert (told.kind, told.remedy) == (Kind.NOTE, "不需要处理。")


def test_no_published_form_gives_a_rule_of_its_own_a_built_in_id():
    own = {check.id for path in template.catalogue() for _, check in template.load(path).checks}

    assert own & RULES.keys() == set()
