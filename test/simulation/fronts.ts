/** What the observer looks at of AWS's own records. */
interface Balancer {
  readonly dnsName: string;
  readonly registrations: readonly { readonly instanceId: string; readonly inService: boolean }[];
}

interface Listener {
  readonly balancer: string;
  readonly actions: readonly {
    readonly type: string;
    readonly groups?: readonly { readonly arn: string; readonly weight: number }[];
  }[];
}

interface TargetGroup {
  readonly targets: readonly {
    readonly instanceId: string;
    readonly health: string;
    readonly drainedAt?: number;
  }[];
}

interface RecordSet {
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
  readonly alias?: { readonly name: string };
}

type Records = (type: string) => ReadonlyMap<string, object>;

/** Of each load balancer, by its DNS name, the instances that get its requests because they pass its checks. */
export function fronts(records: Records): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const balancer of records("load-balancer").values()) {
    const { registrations, dnsName } = balancer as Balancer;
    const serving = registrations.filter(({ inService }) => inService);
    found.set(dnsName, new Set(serving.map(({ instanceId }) => instanceId)));
  }
  for (const [arn, record] of records("application-load-balancer")) {
    if (Reflect.get(record, "state") !== "active") continue;
    found.set(String(Reflect.get(record, "dnsName")), behind(arn, records));
  }
  return found;
}

/** The DNS names of load balancers to which names lead, by the name, as somebody has set it last. */
export function targets(records: Records): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const record of records("record-set").values()) {
    const { name, type, values, alias } = record as RecordSet;
    const target = alias?.name ?? (type === "CNAME" ? values[0] : undefined);
    if (target !== undefined) found.set(withoutDot(name), withoutDot(target));
  }
  return found;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

/** Each target group that gets a share of the requests needs servers, or its share is lost. */
function behind(balancer: string, records: Records): ReadonlySet<string> {
  const shares = ([...records("listener").values()] as Listener[])
    .filter((listener) => listener.balancer === balancer)
    .flatMap(({ actions }) => actions)
    .flatMap(({ groups = [] }) => groups.filter(({ weight }) => weight > 0));
  const healthy = shares.map(({ arn }) => {
    const group = records("target-group").get(arn) as TargetGroup | undefined;
    return new Set(
      (group?.targets ?? [])
        .filter(({ health, drainedAt }) => health === "healthy" && drainedAt === undefined)
        .map(({ instanceId }) => instanceId),
    );
  });
  if (healthy.some(({ size }) => size === 0)) return new Set();
  return healthy.reduce((all, each) => all.union(each), new Set<string>());
}
