import { addressOf, tagOf } from "./description.ts";
import type { OwnNetworkFile, StackFile } from "./stack-files.ts";

/** What the observer looks at of AWS's own records. */
interface RouteTable {
  readonly vpcId: string;
  readonly routes: readonly { readonly destination: string; readonly gatewayId: string }[];
  readonly associations: readonly { readonly subnetId: string | null }[];
}

interface NatGateway {
  readonly vpcId: string;
  readonly state: string;
  readonly mode: string;
  readonly subnetId?: string;
  readonly addresses: readonly { readonly allocationId?: string }[];
}

interface Instance {
  readonly state: string;
  readonly subnetId: string;
  readonly publicAddress?: string;
}

type Records = (type: string) => ReadonlyMap<string, object>;

function mine(records: Records, type: string, stack: string): [string, object][] {
  return [...records(type)].filter(([, record]) => tagOf(record, "reconcile:stack") === stack);
}

/** The stack's servers and builders that exist. */
function machines(records: Records, stack: string): [string, Instance][] {
  return (mine(records, "instance", stack) as [string, Instance][]).filter(
    ([, { state }]) => state !== "terminated" && state !== "shutting-down",
  );
}

export function ownNetworkOf({ network }: StackFile): OwnNetworkFile | undefined {
  return network?.vpc === "own" ? network : undefined;
}

/** The stack's machines that the internet could reach, though every file says that they are private. */
export function shownToInternet(
  records: Records,
  stack: string,
  files: readonly StackFile[],
): readonly string[] {
  if (files.length === 0 || files.some((file) => ownNetworkOf(file) === undefined)) return [];
  return machines(records, stack).flatMap(([id, { publicAddress }]) =>
    publicAddress === undefined ? [] : [`${id} has the public address ${publicAddress}`],
  );
}

export function subnetsOfMachines(records: Records, stack: string): ReadonlySet<string> {
  return new Set(machines(records, stack).map(([, { subnetId }]) => subnetId));
}

/** Subnets from which the stack's machines reach the internet now, by the routes of AWS. */
export function subnetsWithWayOut(records: Records, stack: string): ReadonlySet<string> {
  const used = subnetsOfMachines(records, stack);
  return new Set([...used].filter((id) => hasWayOut(records, id)));
}

/** Whether the subnet's default route leads to the internet, directly or through a NAT gateway that serves. */
export function hasWayOut(records: Records, subnetId: string): boolean {
  const target = defaultRouteOf(records, subnetId);
  if (target === undefined) return false;
  const nat = records("nat-gateway").get(target) as NatGateway | undefined;
  if (nat === undefined) return isAttached(records, target);
  if (nat.state !== "available") return false;
  if (nat.mode === "regional") return hasInternetGateway(records, nat.vpcId);
  const beyond = defaultRouteOf(records, nat.subnetId ?? "");
  return beyond !== undefined && isAttached(records, beyond);
}

function isAttached(records: Records, gateway: string): boolean {
  const vpc: unknown = Reflect.get(records("internet-gateway").get(gateway) ?? {}, "vpcId");
  return typeof vpc === "string";
}

function hasInternetGateway(records: Records, vpcId: string): boolean {
  const gateways = [...records("internet-gateway").values()];
  return gateways.some((gateway) => Reflect.get(gateway, "vpcId") === vpcId);
}

function defaultRouteOf(records: Records, subnetId: string): string | undefined {
  const vpcId: unknown = Reflect.get(records("subnet").get(subnetId) ?? {}, "vpcId");
  const tables = ([...records("route-table").values()] as RouteTable[]).filter(
    (table) => table.vpcId === vpcId,
  );
  const having = (id: string | null) =>
    tables.find(({ associations }) => associations.some((each) => each.subnetId === id));
  const routes = (having(subnetId) ?? having(null))?.routes ?? [];
  return routes.find(({ destination }) => destination === "0.0.0.0/0")?.gatewayId;
}

/** Ids of the addresses that NAT gateways of the stack serve with, if every file keeps a NAT gateway in their zone. */
export function keptAddresses(
  records: Records,
  stack: string,
  files: readonly StackFile[],
): ReadonlySet<string> {
  const gateways = mine(records, "nat-gateway", stack) as [string, NatGateway][];
  const serving = new Set(
    gateways
      .filter(([, { state }]) => state === "available")
      .flatMap(([, { addresses }]) => addresses.map(({ allocationId }) => allocationId)),
  );
  return new Set(
    mine(records, "address", stack)
      .filter(([id, record]) => serving.has(id) && isKept(addressOf(record), files))
      .map(([id]) => id),
  );
}

function isKept(address: string, files: readonly StackFile[]): boolean {
  return files.length > 0 && files.every((file) => natZonesOf(file).includes(address));
}

/** The addresses of a file's zonal NAT gateways, as the tags name them. */
function natZonesOf(file: StackFile): readonly string[] {
  const own = ownNetworkOf(file);
  const zones = ["a", "b", "c"].slice(0, own?.zones).map((zone) => `address/ap-southeast-2${zone}`);
  if (own?.nat === "per-zone") return zones;
  return own?.nat === "single" ? zones.slice(0, 1) : [];
}

/** The stack's VPCs in which something of it serves: servers of a group, or a load balancer. */
export function networksInUse(records: Records, stack: string): ReadonlySet<string> {
  const vpcOf = (subnetId: string) =>
    String(Reflect.get(records("subnet").get(subnetId) ?? {}, "vpcId"));
  const servers = machines(records, stack)
    .filter(([, instance]) => addressOf(instance).startsWith("auto-scaling-group/"))
    .map(([, { subnetId }]) => vpcOf(subnetId));
  const balancers = ["load-balancer", "application-load-balancer"].flatMap((type) =>
    mine(records, type, stack).map(([, balancer]) => String(Reflect.get(balancer, "vpcId"))),
  );
  const own = new Set(mine(records, "vpc", stack).map(([id]) => id));
  return new Set([...servers, ...balancers].filter((id) => own.has(id)));
}
