import type {
  Action,
  CreateListenerCommandInput,
  Listener,
  LoadBalancerAttribute,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** Where a listener sends visitors instead. Everything else of the address stays. */
export interface Redirect {
  readonly protocol: string;
  readonly port: string;
  /** `HTTP_301`, `HTTP_302`. */
  readonly status: string;
}

/** A target group that a listener forwards to, and its share of the requests. */
export interface Forward {
  /** Its ARN. */
  readonly targetGroup: string;
  /** 0: the load balancer checks its servers, and sends them no requests. */
  readonly weight: number;
}

export interface ListenerFields {
  readonly port: number;
  readonly protocol: string;
  /** Null for a redirect. */
  readonly forward: readonly Forward[] | null;
  readonly redirect: Redirect | null;
  /** The ARN of an HTTPS listener's certificate. */
  readonly certificate: string | null;
  /** Which versions of TLS, and which ciphers, an HTTPS listener speaks. */
  readonly tls: string | null;
  /** Whatever else somebody made of the listener, in words. No stack file defines any. */
  readonly other?: string;
}

export interface Attributes {
  /** Seconds. */
  readonly idleTimeout: number;
  /** Whether it removes HTTP headers with invalid names, which servers may read differently. */
  readonly dropInvalidHeaders: boolean;
  /** The bucket of the access log, with the prefix if there is one; null: no log is written. */
  readonly accessLog: string | null;
  /** Whether AWS refuses to delete it. null: as it is. */
  readonly deletionProtection?: boolean | null;
}

type ListenerParameters = Pick<
  CreateListenerCommandInput,
  "Port" | "Protocol" | "DefaultActions" | "Certificates" | "SslPolicy"
>;

/** The listener as parameters, which the create and the modify call share. */
export function toSdkListener(listener: ListenerFields): ListenerParameters {
  return {
    Port: listener.port,
    Protocol: listener.protocol as "HTTP" | "HTTPS",
    DefaultActions: [toSdkAction(listener)],
    ...(listener.certificate !== null && {
      Certificates: [{ CertificateArn: listener.certificate }],
    }),
    ...(listener.tls !== null && { SslPolicy: listener.tls }),
  };
}

function toSdkAction({ forward, redirect }: ListenerFields): Action {
  if (redirect !== null) {
    return {
      Type: "redirect",
      RedirectConfig: {
        Protocol: redirect.protocol,
        Port: redirect.port,
        StatusCode: redirect.status as "HTTP_301",
      },
    };
  }
  return {
    Type: "forward",
    ForwardConfig: {
      TargetGroups: (forward ?? []).map(({ targetGroup, weight }) => ({
        TargetGroupArn: targetGroup,
        Weight: weight,
      })),
    },
  };
}

/** The live listener. AWS fills in the unchanged parts of a redirect. */
export function toListener({
  Port: port = 0,
  Protocol: protocol = "HTTP",
  DefaultActions: actions = [],
  Certificates: certificates = [],
  SslPolicy: policy,
}: Listener): ListenerFields {
  const [action] = actions;
  const common = {
    port,
    protocol,
    certificate: certificates[0]?.CertificateArn ?? null,
    tls: policy ?? null,
  };
  if (actions.length === 1 && action?.Type === "redirect" && keepsAddress(action)) {
    const { Protocol = "", Port = "", StatusCode = "" } = action.RedirectConfig ?? {};
    const redirect = { protocol: Protocol, port: Port, status: StatusCode };
    return { ...common, forward: null, redirect };
  }
  if (actions.length === 1 && action?.Type === "forward" && !isSticky(action)) {
    return { ...common, forward: forwardOf(action), redirect: null };
  }
  const other = actions.map(({ Type: type = "" }) => type).join(", then ");
  return { ...common, forward: null, redirect: null, other };
}

/** "#{path}" and the like stand for what the visitor asked for ("RedirectActionConfig"). */
function keepsAddress({ RedirectConfig: config = undefined }: Action): boolean {
  const { Host = "#{host}", Path = "/#{path}", Query = "#{query}" } = config ?? {};
  return Host === "#{host}" && Path === "/#{path}" && Query === "#{query}";
}

function isSticky({ ForwardConfig: config }: Action): boolean {
  return config?.TargetGroupStickinessConfig?.Enabled === true;
}

function forwardOf({ TargetGroupArn: only, ForwardConfig: config }: Action): readonly Forward[] {
  const groups = config?.TargetGroups ?? [{ TargetGroupArn: only, Weight: 1 }];
  return groups.map(({ TargetGroupArn = "", Weight = 1 }) => ({
    targetGroup: TargetGroupArn,
    // A share of one target group alone means nothing.
    weight: groups.length === 1 ? 1 : Weight,
  }));
}

const protectionKey = "deletion_protection.enabled";

const accessLogKeys = {
  enabled: "access_logs.s3.enabled",
  bucket: "access_logs.s3.bucket",
  prefix: "access_logs.s3.prefix",
} as const;

/** Each attribute as AWS writes it ("Load balancer attributes", the user guide). */
const written: {
  readonly [Name in keyof Required<Attributes>]: (
    value: Attributes[Name],
  ) => Readonly<Record<string, string>>;
} = {
  idleTimeout: (seconds) => ({ "idle_timeout.timeout_seconds": String(seconds) }),
  dropInvalidHeaders: (drops) => ({
    "routing.http.drop_invalid_header_fields.enabled": String(drops),
  }),
  accessLog: (bucket) =>
    bucket === null
      ? { [accessLogKeys.enabled]: "false" }
      : {
          [accessLogKeys.enabled]: "true",
          [accessLogKeys.bucket]: bucket,
          [accessLogKeys.prefix]: "",
        },
  deletionProtection: (isProtected) =>
    isProtected == null ? {} : { [protectionKey]: String(isProtected) },
};

/** The named attributes in the form of AWS's call, which does not change the others. */
export function toSdkAttributes(
  attributes: Attributes,
  names: readonly (keyof Attributes)[],
): LoadBalancerAttribute[] {
  const write = <Name extends keyof Attributes>(name: Name) => written[name](attributes[name]);
  return names.flatMap((name) =>
    Object.entries(write(name)).map(([Key, Value]) => ({ Key, Value })),
  );
}

/** Uses AWS's defaults for missing attributes. */
export function attributesOf(found: readonly LoadBalancerAttribute[]): Required<Attributes> {
  const values = new Map(found.map(({ Key, Value }) => [Key, Value]));
  const prefix = values.get(accessLogKeys.prefix);
  const bucket = values.get(accessLogKeys.bucket) ?? "";
  return {
    idleTimeout: Number(values.get("idle_timeout.timeout_seconds") ?? 60),
    dropInvalidHeaders: values.get("routing.http.drop_invalid_header_fields.enabled") === "true",
    accessLog:
      values.get(accessLogKeys.enabled) === "true"
        ? `${bucket}${prefix ? `/${prefix}` : ""}`
        : null,
    deletionProtection: values.get(protectionKey) === "true",
  };
}
