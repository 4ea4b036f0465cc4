import { typeOf } from "../../engine/address.ts";
import type { Live } from "../../engine/resource.ts";
import { fieldOf } from "../../engine/values.ts";
import { pythonVersions } from "../../image/python-versions.ts";
import { type ImageInputs, inputNames, shorten } from "../image/inputs.ts";
import { imageInUse, listedPackages } from "../image/launched.ts";
import { keptImages } from "./kept-images.ts";

/** What the images that a stack has tell its next build. */
export interface EarlierImages {
  /** The Python packages of the image in use, `flask==3.1.2`. Absent if its snapshots do not record them. */
  readonly python?: {
    /** What these versions were chosen for. */
    readonly requirements: string;
    readonly versions: readonly string[];
  };
  /** Whether an image of exactly these inputs exists, so that nothing is built. */
  isBuilt(inputs: ImageInputs): boolean;
  /** Whether the stack has its own bucket. */
  readonly hasBucket: boolean;
}

/** What the stack's images among the live objects tell its next build. */
export function earlierImages(live: readonly Live[]): EarlierImages {
  const used = imageInUse(live);
  const requirements = used && fieldOf(used.fields, "requirements");
  const packages = used && listedPackages(used);
  const kept = keptImages(live);
  return {
    ...(typeof requirements === "string" &&
      packages !== undefined && {
        python: { requirements, versions: pythonVersions(packages) },
      }),
    isBuilt: (wanted) =>
      kept.some(({ inputs }) =>
        inputNames.every((name) => shorten(name, inputs[name]) === shorten(name, wanted[name])),
      ),
    hasBucket: live.some(({ address }) => typeOf(address) === "bucket"),
  };
}
