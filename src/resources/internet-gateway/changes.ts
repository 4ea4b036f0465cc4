import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DetachInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import { AwsError, isAwsError } from "../../aws/errors.ts";
import { consistencyDeadline } from "../../aws/retry.ts";
import { OutsideError } from "../../engine/errors.ts";
import type { Target } from "../../engine/resource.ts";
import { type Probe, waitFor } from "../../engine/wait.ts";
import { retryNotFound, untilGone, untilSeen } from "../shared/consistency.ts";
import type { ResourceContext } from "../shared/context.ts";
import { deleteWhenUnused } from "../shared/delete-when-unused.ts";
import { tagSpecification } from "../shared/owned.ts";
import { createdNow, createOnce, stayingOf } from "../shared/twins.ts";
import {
  attachedTo,
  type InternetGatewayFields,
  isOwn,
  type LiveInternetGateway,
  sweepInternetGateways,
} from "./live.ts";
import { withoutTags } from "./obstacles.ts";

/**
 * Creates and attaches the gateway. A VPC can have only one, so attaching decides between two applies at once: the one
 * that comes too late deletes its own.
 */
export async function createInternetGateway(
  context: ResourceContext,
  target: Target,
  fields: InternetGatewayFields,
): Promise<LiveInternetGateway> {
  const isHere = (gateway: LiveInternetGateway) => gateway.fields.vpcId === fields.vpcId;
  const gateway = await createOnce(context, "the internet gateway", {
    look: async () =>
      (await sweepInternetGateways(context)).filter(
        (each) => each.address === target.address && (isHere(each) || each.fields.vpcId === ""),
      ),
    choose: (found) => stayingOf(found, isHere),
    make: () => make(context, target, fields),
    remove: (each) => deleteInternetGateway(context, each),
  });
  return isHere(gateway) ? gateway : attach(context, target, gateway, fields.vpcId);
}

async function make(
  context: ResourceContext,
  target: Target,
  fields: InternetGatewayFields,
): Promise<LiveInternetGateway> {
  await requireRoom(context, target, fields.vpcId);
  const { InternetGateway: made } = await context.clients.ec2.send(
    new CreateInternetGatewayCommand({
      TagSpecifications: [
        tagSpecification("internet-gateway", context, target, fields.tags, createdNow(context)),
      ],
    }),
  );
  const id = made?.InternetGatewayId ?? "";
  return untilSeen(context, "the new internet gateway", () => lookAt(context, id));
}

/**
 * Before a gateway is made that could not be attached.
 *
 * @throws OutsideError if the VPC has one without the stack's tags, which AWS may show a little later than the gateway.
 */
async function requireRoom(context: ResourceContext, target: Target, vpcId: string): Promise<void> {
  let firstSeen: number | undefined;
  await waitFor({
    what: `AWS to show who has attached an internet gateway to ${vpcId}`,
    deadline: consistencyDeadline,
    pace: 2_000,
    context,
    probe: async (): Promise<Probe<void>> => {
      const [attached] = await attachedTo(context, [vpcId]);
      if (attached === undefined || isOwn(context, attached)) return { done: undefined };
      firstSeen ??= context.clock.now();
      if (context.clock.now() - firstSeen >= latestTags) {
        throw await foreign(context, target, attached.InternetGatewayId ?? "", vpcId);
      }
      return { pending: "the VPC has an internet gateway already; looking whose it is" };
    },
    remedy: "Run the same command again to resume.",
  });
}

/** Milliseconds. */
const latestTags = 30_000;

async function attach(
  context: ResourceContext,
  target: Target,
  gateway: LiveInternetGateway,
  vpcId: string,
): Promise<LiveInternetGateway> {
  try {
    await retryNotFound(context, "the internet gateway", () =>
      context.clients.ec2.send(
        new AttachInternetGatewayCommand({ InternetGatewayId: gateway.id, VpcId: vpcId }),
      ),
    );
  } catch (error) {
    if (!isAwsError(error) || !taken.has(error.code)) throw error;
    const filters = [{ Name: "attachment.vpc-id", Values: [vpcId] }];
    const attached = await untilSeen(context, "which internet gateway the VPC has", async () => {
      const [own] = await sweepInternetGateways(context, filters);
      return own;
    }).catch((cause: unknown) => {
      if (!(cause instanceof OutsideError)) throw cause;
      return undefined;
    });
    if (attached === undefined) {
      const [other] = await attachedTo(context, [vpcId]);
      if (other === undefined) throw elsewhere(gateway.id, error);
      throw await foreign(context, target, other.InternetGatewayId ?? "", vpcId, error);
    }
    if (attached.id !== gateway.id) await deleteInternetGateway(context, gateway);
    return attached;
  }
  return untilSeen(
    context,
    "the attached internet gateway",
    () => lookAt(context, gateway.id),
    (seen) => (seen.fields.vpcId === vpcId ? undefined : "it is not attached yet"),
  );
}

/** What AWS says of a gateway that is attached already, and of a VPC that has another one. */
const taken: ReadonlySet<string> = new Set(["Resource.AlreadyAssociated", "InvalidParameterValue"]);

/** Another apply has made it for another VPC, and AWS did not show that yet. */
function elsewhere(id: string, cause: AwsError): OutsideError {
  const { code, operation, message } = cause;
  return new OutsideError(message, {
    code,
    operation,
    remedy: `Another apply uses ${id} for another VPC. Run the same command again when it has ended.`,
    cause,
  });
}

async function foreign(
  context: ResourceContext,
  { address }: Target,
  id: string,
  vpcId: string,
  cause?: AwsError,
): Promise<OutsideError> {
  const { summary, remedy } = await withoutTags(context, address, id, vpcId);
  return new OutsideError(summary, {
    ...(cause && { code: cause.code, operation: cause.operation, cause }),
    remedy: `${remedy} Then run the same command again.`,
  });
}

async function lookAt(
  context: ResourceContext,
  id: string,
): Promise<LiveInternetGateway | undefined> {
  const [found] = await sweepInternetGateways(context, [
    { Name: "internet-gateway-id", Values: [id] },
  ]);
  return found;
}

/**
 * Detaches and deletes it. AWS refuses to detach it while the VPC has a public address: of a load balancer or NAT
 * gateway that is going, or of a server.
 */
export async function deleteInternetGateway(
  context: ResourceContext,
  { id, fields }: LiveInternetGateway,
): Promise<void> {
  const { ec2 } = context.clients;
  if (fields.vpcId !== "") {
    await deleteWhenUnused(
      context,
      `${fields.vpcId} still has public addresses; AWS releases those of a load balancer some minutes after it`,
      async () => {
        try {
          await ec2.send(
            new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: fields.vpcId }),
          );
        } catch (error) {
          if (error instanceof AwsError && error.code === "Gateway.NotAttached") return;
          throw error;
        }
      },
    );
  }
  await deleteWhenUnused(context, `AWS still sees ${id} attached`, () =>
    ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id })),
  );
  await untilGone(context, `the internet gateway ${id}`, async () =>
    (await lookAt(context, id)) === undefined ? undefined : "AWS still lists it",
  );
}
