"""The role was applied twice: settings that are root's alone, repositories, and a backup that runs."""

from __future__ import annotations

import json

from testinfra.host import Host

ETC = "/etc/jifang/backup"
PROGRAM = "python3 -B /usr/local/lib/jifang-backup/jifang_backup.py"


def test_settings_are_roots_alone(host: Host) -> None:
    with host.sudo():
        assert host.file(ETC).mode == 0o700
        for name in ("passphrase", "policy.json", "id_ed25519", "borgmatic/main.yaml", "borgmatic/disk.yaml"):
            file = host.file(f"{ETC}/{name}")
            assert (file.mode, file.user) == (0o600, "root"), name


def test_the_passphrase_is_in_no_log(host: Host) -> None:
    with host.sudo():
        # sudo logs these commands, too: the pattern does not match itself.
        assert host.run("journalctl --no-pager | grep 'molecule-[p]assphrase'").rc == 1


def test_no_other_timer_runs_borgmatic(host: Host) -> None:
    assert not host.service("borgmatic.timer").is_enabled


def test_it_backs_up_to_each_repository_that_is_there(host: Host) -> None:
    with host.sudo():
        run = json.loads(host.check_output(f"{PROGRAM} run"))
        assert run["code"] == 0, run
        codes = {one["name"]: one["code"] for one in run["repositories"]}
        assert codes == {"main": 0, "disk": 0, "usb": None}
        record = json.loads(host.check_output(f"{PROGRAM} record"))
    assert record["runs"][-1]["files"] > 0
    assert record["running"] is False


def test_the_key_only_adds(host: Host) -> None:
    with host.sudo():
        done = host.run(
            f"ssh -i {ETC}/id_ed25519 -o UserKnownHostsFile={ETC}/known_hosts -o BatchMode=yes"
            " jifang-backup@127.0.0.1 id"
        )
        assert "uid=" not in done.stdout
        archives = (
            "BORG_PASSCOMMAND='cat /etc/jifang/backup/passphrase' BORG_BASE_DIR=/var/lib/jifang/backup/borg"
        )
        listed = host.check_output(f"{archives} borg list --short /mnt/copy")
    assert listed.startswith("pc01-")
