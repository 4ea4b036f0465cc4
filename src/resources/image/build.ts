import { CreateImageCommand, type Image, type Instance } from "@aws-sdk/client-ec2";
import { isAwsError } from "../../aws/errors.ts";
import type { OwnTags } from "../../aws/own-tag-keys.ts";
import { consistencyDeadline } from "../../aws/retry.ts";
import type { Tag } from "../../aws/tags.ts";
import { Cancelled, OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { billPath, changedPackages } from "../../image/packages.ts";
import { adopt, retryNotFound } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { tagSpecification } from "../shared/owned.ts";
import { checkTags } from "./audit.ts";
import { billTags, type PackageRecord, packageRecord, readBill, requirementsKey } from "./bill.ts";
import { type BuildResult, buildHash, readVerdict, runsToItsEnd } from "./build-run.ts";
import { ensureBuilder } from "./builder.ts";
import { deleteParts, deleteSnapshots, deregister, removeBuilders } from "./deletion.ts";
import { imageKey, inputTags } from "./inputs.ts";
import { launchedImage, listedPackages } from "./launched.ts";
import type { ImageFields } from "./live.ts";
import { type ImageParts, lookAtParts, straySnapshots } from "./parts.ts";
import { sourceTags } from "./source-record.ts";

/** Creating an image usually takes minutes, and up to an hour with large volumes. */
const imageDeadline = 60 * 60_000;

/**
 * Builds the image, or resumes an interrupted build from any state: builder launched, running or
 * powered off with its result, image pending, or image available and builder not yet removed.
 *
 * @throws OutsideError when the build fails. Everything of the failed build is removed first.
 */
export async function buildImage(
  context: ResourceContext,
  target: Target,
  fields: ImageFields,
  usable: (image: Image) => void,
): Promise<{ readonly image: Image; readonly record: PackageRecord }> {
  const found = await lookAtParts(context, target);
  let image = found.image;
  if (image?.State === "failed" || image?.State === "error") {
    await deregister(context, image, found.snapshots); // frees the name
    image = undefined;
  }
  if (image === undefined) {
    await createImage(context, target, fields, await passedBuilder(context, target, fields, found));
  }
  const available = await untilAvailable(context, target);
  usable(available);
  const parts = await lookAtParts(context, target);
  const record = packageRecord({ ...parts, image: available });
  tellOfPackages(context, available, record.bill);
  context.report.progress("removing the builder");
  await removeBuilders(context, parts);
  await deleteSnapshots(context, straySnapshots({ ...parts, image: available }));
  return { image: available, record };
}

/** Which packages differ from those of the image that servers have started from. */
function tellOfPackages(context: ResourceContext, image: Image, bill: string | undefined): void {
  const running = launchedImage(context.found ?? []);
  if (running === undefined || running.id === image.ImageId) return;
  const before = listedPackages(running);
  const after = bill === undefined ? undefined : readBill(bill);
  if (before === undefined || after === undefined) return;
  context.report.noted(changedPackages(before, after, `${running.id}, which servers start from`));
}

/** A builder whose build passed, and its result. */
interface Passed extends BuildResult {
  readonly builder: Instance;
}

/**
 * Returns a builder whose build passed. If the builder of an interrupted apply fails, perhaps from a
 * transient error, this apply launches its own builder.
 */
async function passedBuilder(
  context: ResourceContext,
  target: Target,
  fields: ImageFields,
  found: ImageParts,
): Promise<Passed> {
  const build = async (parts: ImageParts): Promise<Passed> => {
    const builder = await ensureBuilder(context, target, fields, parts);
    return { builder, ...(await untilPassed(context, target, fields, builder)) };
  };
  if (found.builders.length === 0) return build(found);
  try {
    return await build(found);
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof OutsideError)) throw error;
    context.report.progress("the build that an earlier apply started failed; building again");
  }
  return build(await lookAtParts(context, target));
}

/** Waits until the build ends, and returns its result. A failed build is cleaned up before it is reported. */
async function untilPassed(
  context: ResourceContext,
  target: Target,
  fields: ImageFields,
  builder: Instance,
): Promise<BuildResult> {
  const id = builder.InstanceId ?? "";
  const hash = buildHash(fields.userData ?? "");
  const launched = builder.LaunchTime?.getTime() ?? context.clock.now();
  try {
    const timeout = fields.builder?.timeout ?? 0;
    await runsToItsEnd(context, { id, hash, launched, timeout });
    return await readVerdict(context, { id, hash });
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof OutsideError)) throw error;
    context.report.progress("the build failed; removing the builder");
    throw await cleanedUp(context, target, error);
  }
}

async function cleanedUp(
  context: ResourceContext,
  target: Target,
  failure: OutsideError,
): Promise<OutsideError> {
  try {
    const { name, builders, groups } = await lookAtParts(context, target);
    await removeBuilders(context, { name, builders, groups });
    return failure;
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return new OutsideError(`${failure.message}\nThe builder could not be removed: ${why}`, {
      remedy: "Run the same command again, or destroy the stack: both find and remove the builder.",
      consoleOutput: failure.consoleOutput,
      cause: failure,
    });
  }
}

async function createImage(
  context: ResourceContext,
  target: Target,
  fields: ImageFields,
  { builder, checks, packages }: Passed,
): Promise<void> {
  const specification = (type: "image" | "snapshot", further: OwnTags) =>
    tagSpecification(type, context, target, fields.tags, further);
  const imageTags = { ...inputTags(fields, target.physicalName), ...checkTags(checks) };
  const records = sourceRecords(context, fields, specification("image", imageTags).Tags ?? []);
  // The room is for the list of packages. What the image was built from is in the image's own tags.
  const { requirements } = fields;
  const snapshotTags: OwnTags = {
    [imageKey]: target.physicalName,
    ...(requirements !== undefined && { [requirementsKey]: requirements }),
  };
  const { Tags: others = [] } = specification("snapshot", snapshotTags);
  const bill = packages && billTags(packages, others.length);
  if (bill === undefined) context.report.noted(noBill(packages));
  const command = new CreateImageCommand({
    Name: target.physicalName,
    Description: `${context.stack}: ${fields.family} ${fields.release} (${fields.base}), built by reconcile, ${checks.length} checks passed`,
    InstanceId: builder.InstanceId,
    TagSpecifications: [
      specification("image", { ...imageTags, ...records }),
      specification("snapshot", { ...snapshotTags, ...bill }),
    ],
  });
  try {
    await retryNotFound(context, "the builder", () => context.clients.ec2.send(command));
  } catch (error) {
    if (!isAwsError(error, "already-exists")) throw error;
    const look = async () => (await lookAtParts(context, target)).image;
    await adopt(context, `the image ${target.physicalName}`, look, error);
  }
}

/** Of these tags, the playbook has a few: its folder is usually small. The application has as many as there is room for. */
const MOST_OF_PLAYBOOK = 4;

/** The tags that record the directories of the playbook and of the application. */
function sourceRecords(
  context: ResourceContext,
  { contents }: ImageFields,
  otherTags: readonly Tag[],
): OwnTags {
  const source = contents?.application?.source;
  const application = source !== undefined && "directory" in source ? source.directory : undefined;
  const playbook = contents?.ansible?.directory;
  const noted = (what: string) =>
    context.report.noted(
      `The list of ${what} files does not fit into the tags of the image. The next plan that changes them cannot name them.`,
    );
  const ofPlaybook =
    playbook && sourceTags("playbook", playbook, otherTags.length, MOST_OF_PLAYBOOK);
  if (playbook !== undefined && ofPlaybook === undefined) noted("the playbook's");
  const others = otherTags.length + Object.keys(ofPlaybook ?? {}).length;
  const ofApplication = application && sourceTags("application", application, others);
  if (application !== undefined && ofApplication === undefined) noted("the application's");
  return { ...ofPlaybook, ...ofApplication };
}

function noBill(packages: readonly string[] | undefined): string {
  const why =
    packages === undefined
      ? "The builder's console does not have the whole list of the image's packages"
      : `The list of the image's ${packages.length} packages does not fit into the tags of its snapshot`;
  return `${why}, so \`reconcile image --packages\` cannot print it. The list is in the image: ${billPath}.`;
}

async function untilAvailable(context: ResourceContext, target: Target): Promise<Image> {
  const image = await untilMade(context, target);
  if (image.State === "available") return image;
  const reason = image.StateReason?.Message ?? "AWS gives no reason";
  await deleteParts(context, { ...target, id: image.ImageId ?? "" });
  throw new OutsideError(`AWS could not create the image ${target.physicalName}: ${reason}`, {
    code: "ImageFailed",
    operation: "ec2:CreateImage",
    remedy: "Run the same command again. This attempt left no resources in the account.",
  });
}

/** Waits until AWS has created the image, or has failed to. */
function untilMade(context: ResourceContext, target: Target): Promise<Image> {
  let lastSeen = context.clock.now();
  return waitFor({
    what: `the image ${target.physicalName} to be available`,
    deadline: imageDeadline,
    pace: 5_000,
    context,
    remedy: "Run the same command again to keep waiting.",
    probe: async (): Promise<Probe<Image>> => {
      const { image, snapshots } = await lookAtParts(context, target);
      const state = image?.State;
      const isMade = state === "available" || state === "failed" || state === "error";
      if (image !== undefined && isMade) return { done: image };
      if (state !== undefined) lastSeen = context.clock.now();
      else if (context.clock.now() - lastSeen > consistencyDeadline) {
        throw new OutsideError(`somebody deregistered the image ${target.physicalName}`, {
          remedy: "Run the same command again to recreate the image.",
        });
      }
      const [snapshot] = snapshots;
      const progress = /^(\d+)%$/.exec(snapshot?.Progress ?? "")?.[1];
      return {
        pending: state === undefined ? "the image is not visible yet" : "AWS is creating the image",
        ...(progress !== undefined && { progress: { done: Number(progress), total: 100 } }),
      };
    },
  });
}
