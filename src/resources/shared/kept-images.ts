import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { image } from "../image/index.ts";
import { type ImageInputs, inputNames } from "../image/inputs.ts";

/** A finished image of the stack. */
export interface KeptImage {
  readonly id: string;
  readonly inputs: ImageInputs;
  /** AWS's own word. */
  readonly architecture: string;
  /** `/dev/xvda`. */
  readonly rootDeviceName: string;
  /** ISO 8601. */
  readonly builtAt: string;
}

/** The finished images of the stack, the newest first. */
export function keptImages(live: readonly Live[]): readonly KeptImage[] {
  return live
    .filter(({ address, status }) => typeOf(address) === image.name && status === "ready")
    .toSorted((one, other) => other.createdAt - one.createdAt)
    .map(({ id, fields, outputs }) => ({
      id,
      inputs: inputsOf(fields),
      architecture: String(fieldOf(outputs, "architecture") ?? ""),
      rootDeviceName: String(fieldOf(outputs, "rootDeviceName") ?? ""),
      builtAt: String(fieldOf(outputs, "builtAt") ?? ""),
    }));
}

function inputsOf(fields: object): ImageInputs {
  const entries = inputNames.map((name) => [name, String(fieldOf(fields, name) ?? "")] as const);
  // The compiler does not follow names through a list.
  return Object.fromEntries(entries) as Record<keyof ImageInputs, string>;
}
