import { UserError } from "../engine/errors.ts";
import type { Io } from "./io.ts";
import { isOn } from "./terminal.ts";

const GENERAL = "AWS_ENDPOINT_URL";
/** Of the services that are called, each of which goes before the general one. */
const BY_SERVICE = ["EC2", "AUTO_SCALING", "ELASTIC_LOAD_BALANCING", "STS"].map(
  (service) => `${GENERAL}_${service}`,
);

/**
 * The SDK's own words would be "Invalid URL", or what somebody answers at a host that it guessed.
 *
 * @throws UserError when an endpoint of the environment is none.
 */
export function refuseOtherThanUrls(env: Io["env"]): void {
  if (isOn(env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"])) return;
  for (const own of BY_SERVICE) {
    const name = (env[own] ?? "") === "" ? GENERAL : own;
    const value = env[name] ?? "";
    if (value === "" || isHttpUrl(value)) continue;
    throw new UserError(`${name} is ${JSON.stringify(value)}, which is no URL of an endpoint`, {
      remedy: `Write it with its scheme, as ${name}=http://127.0.0.1:4566, or unset it for AWS itself.`,
    });
  }
}

function isHttpUrl(value: string): boolean {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}
