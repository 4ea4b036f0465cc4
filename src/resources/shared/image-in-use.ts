import type { DescribedImage } from "../../image/packages.ts";
import { image } from "../image/index.ts";
import { imageInUse, listedPackages } from "../image/launched.ts";
import { launchTemplate } from "../launch-template/index.ts";
import type { ResourceContext } from "./context.ts";
import { type EarlierImages, earlierImages } from "./earlier-images.ts";

/** An image and its packages. */
interface ListedImage {
  readonly image: DescribedImage;
  /** Their URLs. Undefined if its snapshots do not record them. */
  readonly packages: readonly string[] | undefined;
}

/** The image that new servers start from; without a launch template, the newest. Undefined if the stack has none. */
export async function lookUpImageInUse(context: ResourceContext): Promise<ListedImage | undefined> {
  const [images, templates] = await discoverImages(context);
  const used = imageInUse([...images, ...templates]);
  const described = images.find(({ id }) => id === used?.id);
  if (used === undefined || described === undefined) return undefined;
  const { id, name, release = "", base = "", builtAt = "" } = described.outputs;
  return { image: { id, name, release, base, builtAt }, packages: listedPackages(used) };
}

/** What the stack's images tell its next build. Whether it has a bucket is not looked up. */
export async function lookUpEarlierImages(context: ResourceContext): Promise<EarlierImages> {
  return earlierImages((await discoverImages(context)).flat());
}

/** The images, and the launch templates that say which one is in use. */
function discoverImages(context: ResourceContext) {
  return Promise.all([image.discover(context), launchTemplate.discover(context)]);
}
