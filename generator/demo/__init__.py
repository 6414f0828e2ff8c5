"""The whole job on the forms that have a demo.yaml: rosters, workbooks, returns, totals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from generator.demo.city import FILE, Sent, load_city
from generator.demo.post import Post
from generator.demo.told import Told, tell
from generator.merge import merge_folder
from generator.model.form import Form
from generator.model.merged import Merged
from generator.model.roster import Department, Roster
from generator.report.json import merged_json
from generator.report.terminal import progress_bar
from generator.stamp import legal_name, stamp_all
from generator.template import catalogue, load
from generator.template.examples import load_examples
from generator.workbook.result.write import write_result
from generator.workbook.roster import read_roster, write_roster
from generator.workbook.save import write_text

ROSTER, RESULT, TOTALS = "名册.xlsx", "汇总.xlsx", "汇总.json"
STAMPED, RETURNED = "下发", "回收"
_INVENTED = "示例"  # how the names of departments that do not exist begin


@dataclass(frozen=True)
class Stage:
    """One form of the demo: its city, the department of the published document first."""

    form: Form
    city: tuple[Sent, ...]
    folder: Path

    @property
    def first(self) -> Department:
        """The department of the published document, or of the first example."""
        return self.city[0].example.department


def run(out: Path) -> list[Merged]:
    """Do the whole job in a folder, tell what was found, and return the results.

    Raises:
        OSError: something in the folder cannot be written.
    """
    stages = [_stage(path, out) for path in catalogue() if (path / FILE).is_file()]
    stages.sort(key=lambda each: each.city[0].example.period)
    post = Post()
    with progress_bar("演示", None) as advance:
        for each in stages:
            _send_out(each)
            advance("", 3 * len(stages))
            post.deliver(each.form, each.city, each.folder / RETURNED)
            advance("", 3 * len(stages))
        post.collect()
        results = []
        for each in stages:
            results.append(_merge(each))
            advance("", 3 * len(stages))
    told = [
        Told(merged, each.first.code, each.folder, each.first.name.startswith(_INVENTED))
        for merged, each in zip(results, stages, strict=True)
    ]
    tell(told, out)
    return results


def _stage(path: Path, out: Path) -> Stage:
    form = load(path)
    published = load_examples(form, path)[0]
    return Stage(form, (Sent(published), *load_city(form, path)), out / legal_name(form.name))


def _send_out(stage: Stage) -> None:
    """Write the roster, read it back, and stamp a workbook for everyone in it."""
    form, folder = stage.form, stage.folder
    folder.mkdir(parents=True, exist_ok=True)
    departments = tuple(each.example.department for each in stage.city)
    write_roster(form, Roster(departments), folder / ROSTER)
    roster = read_roster(folder / ROSTER, form)
    period = stage.city[0].example.period
    stamp_all(form, roster, period, folder / STAMPED)


def _merge(stage: Stage) -> Merged:
    folder = stage.folder
    merged = merge_folder(folder / RETURNED, folder / ROSTER, folder / RESULT)
    write_result(merged, folder / RESULT)
    text = json.dumps(merged_json(merged), ensure_ascii=False, indent=2)
    write_text(folder / TOTALS, text + "\n")
    return merged
