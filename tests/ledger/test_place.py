"""Where a ledger may lie, and what is said where it may not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from generator.ledger import Ledger, LedgerError, engine, open_ledger, schema
from generator.ledger.engine import writing
from generator.ledger.place import called, locate, mount_share
from tests.support.postgres import Postgres

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
//server/share /mnt/财\\040政 cifs rw,vers=3.0 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
user@server:/ /media/far fuse.sshfs rw 0 0
/dev/sdc1 /media/usb fuseblk rw 0 0
lxcfs /proc/stat fuse.lxcfs rw 0 0
"""


def refusal(where: str | Path, **how: bool) -> str:
    """Return why a ledger cannot be opened there."""
    with pytest.raises(LedgerError) as refused:
        open_ledger(where, **how)
    return str(refused.value)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/台账.db", ""),
        ("/tmp/台账.db", ""),
        ("/mnt/财 政/2019/台账.db", "cifs"),
        ("/mnt/财 政x/台账.db", ""),
        ("/home/li/台账.db", "nfs4"),
        ("/home/local/台账.db", ""),
        ("/media/far/台账.db", "fuse.sshfs"),
        ("/media/usb/台账.db", ""),
        ("/proc/stat", ""),
    ],
)
def test_a_network_share_is_told_by_the_mount_it_lies_on(path: str, kind: str):
    assert mount_share(path, MOUNTS) == kind


@pytest.mark.parametrize("path", [r"\\server\财政\台账.db", "//server/财政/台账.db"])
def test_a_network_share_is_refused_with_the_reason_and_the_remedy(path: str):
    message = refusal(path)
    assert "网络共享" in message
    assert "损坏数据" in message
    assert "postgresql://" in message


@pytest.mark.parametrize(
    ("where", "hint"),
    [
        ("mysql://root@server/x", "不认识台账地址“mysql://…”"),
        ("", "没有写台账的位置"),
        ("postgresql://u:a@b:c/d", "密码里有 @"),
        ("/nowhere/at/all/台账.db", "文件夹不存在"),
        (
            "postgresql://u:geheim@127.0.0.1:1/x",
            "连不上台账数据库“postgresql://u:***@127.0.0.1:1/x”",
        ),
    ],
)
def test_an_address_that_leads_nowhere_is_said_in_chinese(where: str, hint: str):
    message = refusal(where)
    assert hint in message
    assert "geheim" not in message


def test_a_folder_is_not_a_ledger(tmp_path: Path):
    assert "是文件夹" in refusal(tmp_path)


def test_a_password_is_never_shown():
    url = locate("postgres://li:geheim@server/jixiao")
    assert called(url) == "postgresql://li:***@server/jixiao"
    assert "geheim" not in repr(url)


def test_a_ledger_that_is_not_there_is_not_made_by_looking(tmp_path: Path):
    assert "找不到台账" in refusal(tmp_path / "台账.db", read_only=True)
    assert not list(tmp_path.iterdir())


def test_an_empty_database_is_not_made_a_ledger_by_looking(postgres: Postgres):
    url = postgres.database()
    assert "还没有台账" in refusal(url, read_only=True)
    assert "还没有台账" in refusal(url, read_only=True)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = other.read_bytes()
    assert "别的程序的数据库" in refusal(other, read_only=True)
    assert other.read_bytes() == before
    assert "别的程序的数据库" in refusal(other)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path):
    file = tmp_path / "汇总.xlsx"
    file.write_bytes(b"PK\x03\x04" * 100)
    assert "不是台账文件" in refusal(file)
    assert file.read_bytes() == b"PK\x03\x04" * 100


def test_the_ledger_of_a_newer_program_is_refused(ledger: Ledger, where: str):
    with writing(ledger.engine) as connection:
        connection.execute(update(schema.ledger).values(version=schema.VERSION + 1))
    message = refusal(where)
    assert f"第 {schema.VERSION + 1} 版" in message
    assert "请升级 jixiao" in message


def test_a_ledger_that_is_only_read_cannot_be_written(where: str):
    open_ledger(where).close()
    with (
        open_ledger(where, read_only=True) as reader,
        pytest.raises(LedgerError, match="只能读"),
        writing(reader.engine) as connection,
    ):
        connection.execute(insert(schema.ledger), {"version": 9})


def test_a_ledger_that_somebody_keeps_locked_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "台账.db"
    monkeypatch.setattr(engine, "_WAIT", 0)
    with open_ledger(path) as ledger, writing(ledger.engine):
        other = open_ledger(path)
        with pytest.raises(LedgerError, match="正被另一个程序占用"), writing(other.engine):
            pass


def test_the_tables_are_those_of_their_version(snapshot: Callable[[str, str], None]):
    """A change here needs a new `schema.VERSION`, and a way up from the old one."""
    lines = [f"version {schema.VERSION}", ""]
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        for table in schema.metadata.sorted_tables:
            lines.append(str(CreateTable(table).compile(dialect=dialect)).strip())
            lines += (
                str(CreateIndex(index).compile(dialect=dialect))
                for index in sorted(table.indexes, key=lambda each: str(each.name))
            )
    text = "\n".join(lines).replace("\t", "  ")
    snapshot("ledger.schema", "\n".join(line.rstrip() for line in text.splitlines()) + "\n")
