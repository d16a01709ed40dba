"""A ledger that two processes make at the same moment: SQLite's journal does not wait by itself."""

import sqlite3
import threading

import pytest
from ansible_collections.jifang.lab.plugins.plugin_utils.ledger.database import _keep_a_wal, open_ledger


def test_it_waits_for_who_holds_the_file(tmp_path):
    path = tmp_path / "ledger.db"
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("CREATE TABLE x (y)")
    holder.execute("BEGIN EXCLUSIVE")
    waiting = sqlite3.connect(path, timeout=0, isolation_level=None)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        _keep_a_wal(waiting, 0)
    release = threading.Timer(0.3, holder.execute, ("ROLLBACK",))
    release.start()
    _keep_a_wal(waiting, 30)
    release.join()
    assert waiting.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_many_at_once_make_one_ledger(tmp_path):
    url, troubles = f"sqlite:///{tmp_path}/ledger.db", []

    def make():
        try:
            open_ledger(url).close()
        except Exception as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
