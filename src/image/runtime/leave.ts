import { bash } from "../bash.ts";

/** Every way of a build ends with it. */
export const leave = bash`
# leave poweroff|reboot KEY
leave() {
  sync
  # By force: an orderly shutdown would write random seeds and logs into the cleaned system.
  systemctl "$1" --force || true
  # In case systemd does not do it within a minute.
  sleep 60
  printf '%s' "$2" >/proc/sysrq-trigger
}
`;
