import { bash } from "../bash.ts";

/** Every way of a build ends with it. */
export const powerOff = bash`
power_off() {
  sync
  # By force: an orderly shutdown would write random seeds and logs into the cleaned system.
  systemctl poweroff --force || true
  # In case systemd does not power off within a minute.
  sleep 60
  printf 'o' >/proc/sysrq-trigger
}
`;
