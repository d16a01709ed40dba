#!/usr/bin/python3
"""Makes this machine's backups: notes what there is, has borgmatic take it to each repository, and keeps a record.

Runs with the machine's own Python (3.9 upward), standard library alone, as root. Its folders:

  ETC/policy.json        what is backed up; written by the role, with borgmatic's configuration beside it
  HOME/dumps/            consistent copies of SQLite files; borgmatic streams the other databases through it
  HOME/dumps/proof.json  hashes of the files and numbers of the rows, from which a restore is proven later; the next run
                         takes over the hashes of files that did not change since
  HOME/record.json       the newest runs with what became of each

A run is in the record before it begins: one that was cut off stands there without an end.
"""

import argparse
import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from jifang_backup_data import Trouble, now, prove, read_json, tail, write_json

ETC = "/etc/jifang/backup"
HOME = "/var/lib/jifang/backup"
RUNS = 20


class Place:
    """The two folders of this program, and the policy in them."""

    def __init__(self, etc, home):
        self.etc, self.home = Path(etc), Path(home)
        self.dumps = self.home / "dumps"
        self.record = self.home / "record.json"

    def policy(self):
        return json.loads((self.etc / "policy.json").read_text(encoding="utf-8"))

    @contextlib.contextmanager
    def alone(self):
        """One run at a time: the nightly one and one that a person starts."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Trouble("another run of the backup is going on") from error
            yield

    def busy(self):
        """Whether a run goes on."""
        try:
            with self.alone():
                return False
        except Trouble:
            return True


# --- borgmatic


def configured(place, repository, archive, snapshots):
    """borgmatic's configuration for this one run: the archive's name, and the snapshots that pg_dump shall read."""
    config = json.loads(
        Path(place.etc, "borgmatic", repository["name"] + ".yaml").read_text(encoding="utf-8")
    )
    config["storage"]["archive_name_format"] = archive
    for database in config.get("hooks", {}).get("postgresql_databases", []):
        snapshot = snapshots[database["name"], database.get("hostname"), database.get("port")]
        database["options"] = "--snapshot=%s" % snapshot.id
    path = place.home / "run" / (repository["name"] + ".yaml")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_json(path, config)
    return path


def create(place, repository, archive, snapshots):
    """Code and words of borgmatic."""
    path = configured(place, repository, archive, snapshots)
    done = subprocess.run(
        ["borgmatic", "--config", str(path), "--verbosity", "0", "create"],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    path.unlink()
    return done.returncode, tail(done.stdout)


def absent(repository):
    """Whether it lies on a medium that is not there now."""
    return bool(repository.get("mount")) and not os.path.ismount(repository["mount"])


def run(place):
    """Backs up to every repository; gives the record of this run."""
    with place.alone():
        policy, at = place.policy(), now()
        runs = read_json(place.record, {}).get("runs", [])[-RUNS + 1 :]
        mine = {"started": at.isoformat(), "ended": None, "code": None, "said": "", "repositories": []}
        write_json(place.record, {"v": 1, "host": policy["host"], "runs": [*runs, mine]})
        snapshots = {}
        try:
            snapshots, proof = prove(place, policy, at)
            files = [told for service in proof["services"].values() for told in service["files"].values()]
            mine["files"], mine["bytes"] = len(files), sum(told[1] for told in files)
            archive = "%s-%s" % (policy["host"], at.strftime("%Y-%m-%dT%H:%M:%SZ"))
            for repository in policy["repositories"]:
                one = {"name": repository["name"], "archive": archive}
                if absent(repository):
                    one.update(code=None, said="")
                else:
                    one["code"], one["said"] = create(place, repository, archive, snapshots)
                mine["repositories"].append(one)
            mine["code"] = max((one["code"] or 0 for one in mine["repositories"]), default=1)
        except (Trouble, OSError) as error:
            mine.update(code=1, said=tail(str(error)))
        finally:
            for snapshot in snapshots.values():
                snapshot.close()
        mine["seconds"] = round((datetime.now(timezone.utc) - at).total_seconds(), 1)
        mine["ended"] = now().isoformat()
        write_json(place.record, {"v": 1, "host": policy["host"], "runs": [*runs, mine]})
        return mine


def settings_of(place, repository):
    config = Path(place.etc, "borgmatic", repository["name"] + ".yaml")
    return config, json.loads(config.read_text(encoding="utf-8"))["storage"]


def there(place, repository):
    """Whether the repository answers. One whose medium is not there now is not missed."""
    _, settings = settings_of(place, repository)
    return (
        absent(repository)
        or said_of(["borg", "info", repository["location"]], borg_environment(settings))[0] == 0
    )


def prepare(place):
    """Makes each repository that is not there yet; gives whether one was made."""
    changed = False
    for repository in place.policy()["repositories"]:
        if there(place, repository):
            continue
        config, settings = settings_of(place, repository)
        code, said = said_of(
            ["borgmatic", "--config", str(config), "init", "--encryption", "repokey-blake2"],
            borg_environment(settings),
        )
        if code:
            raise Trouble("the repository %s cannot be made: %s" % (repository["location"], said))
        changed = True
    return changed


def keys(place):
    """The key of each repository that is there, which the passphrase still protects."""
    found = {}
    for repository in place.policy()["repositories"]:
        if not absent(repository):
            _, settings = settings_of(place, repository)
            done = subprocess.run(
                ["borg", "key", "export", repository["location"]],
                env=borg_environment(settings),
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise Trouble(
                    "the key of %s cannot be read: %s" % (repository["location"], tail(done.stderr))
                )
            found[repository["name"]] = done.stdout
    return found


def borg_environment(settings):
    """What borgmatic gives to borg, for what is asked of borg itself."""
    environment = dict(os.environ, BORG_PASSCOMMAND=settings["encryption_passcommand"])
    environment["BORG_BASE_DIR"] = settings["borg_base_directory"]
    if settings.get("ssh_command"):
        environment["BORG_RSH"] = settings["ssh_command"]
    return environment


def said_of(command, environment):
    done = subprocess.run(
        command,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    return done.returncode, tail(done.stdout)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--etc", default=ETC)
    parser.add_argument("--home", default=HOME)
    parser.add_argument("what", choices=["run", "prepare", "missing", "key", "record"])
    options = parser.parse_args(words)
    os.umask(0o077)
    os.environ["TZ"] = "UTC"
    time.tzset()
    place = Place(options.etc, options.home)
    try:
        if options.what == "run":
            answer = run(place)
        elif options.what == "prepare":
            answer = {"changed": prepare(place)}
        elif options.what == "key":
            answer = {"keys": keys(place)}
        elif options.what == "missing":
            answer = {
                "missing": [one["name"] for one in place.policy()["repositories"] if not there(place, one)]
            }
        else:
            answer = read_json(place.record, {"v": 1, "runs": []})
            answer.update(at=now().isoformat(), running=place.busy())
    except Trouble as error:
        answer = {"trouble": str(error)}
    json.dump(answer, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
