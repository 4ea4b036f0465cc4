import { services } from "../aws/services/all.ts";
import { UserError } from "../engine/errors.ts";
import type { Io } from "./io.ts";
import { isOn } from "./terminal.ts";

const GENERAL = "AWS_ENDPOINT_URL";
/**
 * The SDK would only say "Invalid URL", or would call a host that it guessed.
 *
 * @throws UserError if an endpoint in the environment is not a URL.
 */
export function refuseOtherThanUrls(env: Io["env"]): void {
  if (isOn(env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"])) return;
  for (const { endpointVariable: own } of services) {
    const name = (env[own] ?? "") === "" ? GENERAL : own;
    const value = env[name] ?? "";
    if (value === "" || isHttpUrl(value)) continue;
    throw new UserError(
      `${name} is ${JSON.stringify(value)}, which is not the URL of an endpoint`,
      {
        remedy: `Write it with its scheme, for example ${name}=http://127.0.0.1:4566, or unset it to use AWS itself.`,
      },
    );
  }
}

function isHttpUrl(value: string): boolean {
  return /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}
