/** What the observer looks at of AWS's own records. */
interface Balancer {
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

type Records = (type: string) => ReadonlyMap<string, object>;

/** Of each load balancer, the instances that get its requests because they pass its checks. */
export function fronts(records: Records): readonly ReadonlySet<string>[] {
  const classic = [...records("load-balancer").values()].map((balancer) => {
    const { registrations } = balancer as Balancer;
    return new Set(
      registrations.filter(({ inService }) => inService).map(({ instanceId }) => instanceId),
    );
  });
  const active = [...records("application-load-balancer")].filter(
    ([, record]) => Reflect.get(record, "state") === "active",
  );
  return [...classic, ...active.map(([arn]) => behind(arn, records))];
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
