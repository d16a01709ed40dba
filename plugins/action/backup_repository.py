# Copyright: Jifang contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the repositories of a machine, and keeps their keys on the control node, vaulted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible.parsing.vault import AnsibleVaultError, VaultLib, match_encrypt_secret
from ansible_collections.jifang.lab.plugins.plugin_utils.backup_action import BackupAction
from ansible_collections.jifang.lab.plugins.plugin_utils.i18n import Message, UserError
from ansible_collections.jifang.lab.plugins.plugin_utils.reports.files import replaced_file

_CLIENT = "jifang_backup"


class ActionModule(BackupAction):
    ARGUMENTS: ClassVar[dict[str, Any]] = {"escrow": {"type": "path", "required": True}}

    def work(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        host = task_vars["inventory_hostname"]
        vault, secret = self._vault()
        if self._task.check_mode:
            return {"changed": self._is_missing(host)}
        changed = bool(self.ask(host, _CLIENT, "prepare")["changed"])
        kept = []
        for name, key in self.ask(host, _CLIENT, "key")["keys"].items():
            path = Path(arguments["escrow"]) / (f"{host}.key" if name == "main" else f"{host}.{name}.key")
            changed |= _keep(path, str(key), vault, secret)
            kept.append(str(path))
        said = Message(
            "backups",
            "The keys of {host} are kept in {paths}, closed by the vault's password. Keep a copy of them and of that"
            " password outside the building.",
            {"host": host, "paths": tuple(kept)},
        )
        return {
            "changed": changed,
            "escrow": kept,
            "msg": said.render(arguments["language"]),
            "_ansible_verbose_always": True,
        }

    def _is_missing(self, host: str) -> bool:
        try:
            return bool(self.ask(host, _CLIENT, "missing")["missing"])
        except UserError:
            return True  # its program is not there yet; putting it there was reported

    def _vault(self) -> tuple[VaultLib, Any]:
        """This run's vault and the secret that new files are closed with. Raises ``UserError`` where there is none."""
        secrets = self._loader._vault.secrets
        if not secrets:
            raise UserError(
                "backups",
                "This run has no vault password, and without a vault the keys of the backups would lie open."
                " Give it with --ask-vault-password or --vault-password-file, the one that your vaulted files have.",
            )
        return VaultLib(secrets), match_encrypt_secret(secrets)


def _keep(path: Path, key: str, vault: VaultLib, secret: tuple[str, Any]) -> bool:
    """Whether the file had to be written. An older key is kept beside it: older archives may need it."""
    if path.exists():
        try:
            if vault.decrypt(path.read_bytes()).decode() == key:
                return False
        except AnsibleVaultError as error:
            raise UserError(
                "backups",
                "{path} cannot be opened with this run's vault password. Use the one it was closed with, or"
                " move the file away.",
                path=path,
            ) from error
        stamp = int(path.stat().st_mtime)
        path.rename(path.with_name(f"{path.name}.{stamp}"))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with replaced_file(path) as new:
        new.touch(0o600)
        new.write_bytes(vault.encrypt(key, secret[1], secret[0]))
    return True
