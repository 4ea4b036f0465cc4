import { bash } from "../bash.ts";
import { apt } from "./apt.ts";

/**
 * snapd registers each machine with a key of its own, under a serial. It forgets both only by its API, because its state
 * names them, too (snapd's source, daemon/api_model.go). It would remove the key without overwriting it, so the key is
 * gone before; the API then answers with an error, after it has saved the state (DeviceManager.Unregister).
 */
const forgetDevice = bash`
curl -sm60 --unix-socket /run/snapd.socket -d '{"action":"forget","no-registration-until-reboot":true}' http://x/v2/model/serial || true`;

const ownRuntime = bash`
# It registers itself as the handler of core dumps whenever it starts.
disable_apport() {
  step disable_apport
  if systemctl cat apport.service &>/dev/null; then systemctl mask --now apport.service; fi
}`;

export const ubuntu2404 = apt("ubuntu-24.04", "ubuntu", {
  forgetDevice,
  ownSteps: ["disable_apport"],
  // Its images have the SSM Agent as a snap.
  serviceNames: { "amazon-ssm-agent": "snap.amazon-ssm-agent.amazon-ssm-agent" },
  ownRuntime,
});
