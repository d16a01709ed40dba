"""The role was applied twice: a user who can do nothing yet, and a folder that is its alone."""

from __future__ import annotations

from testinfra.host import Host


def test_the_user_has_no_password_and_is_not_locked(host: Host) -> None:
    with host.sudo():
        assert host.user("jifang-backup").password == "*"  # noqa: S105 - no password at all


def test_the_folder_is_the_users_alone(host: Host) -> None:
    folder = host.file("/srv/jifang-backup")
    assert (folder.is_directory, folder.user, folder.mode) == (True, "jifang-backup", 0o700)


def test_the_program_runs(host: Host) -> None:
    with host.sudo():
        done = host.run(
            'echo \'{"passphrase": "x", "verify_days": 7, "accept": false}\' | python3 -B'
            " /usr/local/lib/jifang-backup/jifang_backup_store.py --user jifang-backup --folder /srv/jifang-backup"
            " look pc99"
        )
    assert '"there": false' in done.stdout
