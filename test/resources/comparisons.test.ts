import { ElasticLoadBalancingClient } from "@aws-sdk/client-elastic-load-balancing";
import { describe, expect, test } from "vitest";
import {
  fromResponse,
  type TemplateData,
  toRequest,
  unmanagedWords,
} from "../../src/resources/launch-template/data.ts";
import {
  type Attributes,
  attributesOf,
  configureHealthCheck,
  healthCheckOf,
  type ListenerFields,
  listenersOf,
  modifyAttributes,
  sameListener,
  toSdkAttributes,
  toSdkListener,
} from "../../src/resources/load-balancer/settings.ts";
import { cidrSize, containsCidr } from "../../src/resources/security-group/cidr.ts";
import {
  derivedRule,
  sameSet,
  setRule,
  tagsRule,
  union,
  vpcRule,
  writeOnlyRule,
} from "../../src/resources/shared/field-rules.ts";
import { storedData, storedFields, unsetFields } from "./launch-template/data.ts";

describe("a listener", () => {
  const http: ListenerFields = {
    protocol: "HTTP",
    port: 80,
    instanceProtocol: "HTTP",
    instancePort: 8080,
    certificate: null,
  };

  test.each<[what: string, other: Partial<ListenerFields>]>([
    ["protocol", { protocol: "TCP" }],
    ["port", { port: 81 }],
    ["protocol to the servers", { instanceProtocol: "TCP" }],
    ["port of the servers", { instancePort: 80 }],
    ["certificate", { certificate: "arn:aws:acm:::certificate/1" }],
  ])("differs from one of another %s", (_what, other) => {
    expect(sameListener(http, { ...http, ...other })).toBe(false);
    expect(sameListener(http, { ...http })).toBe(true);
  });

  test("goes to AWS and comes back as it was, with a certificate where it has one", () => {
    const https: ListenerFields = { ...http, protocol: "HTTPS", port: 443, certificate: "arn:1" };
    expect(toSdkListener(http)).toEqual({
      Protocol: "HTTP",
      LoadBalancerPort: 80,
      InstanceProtocol: "HTTP",
      InstancePort: 8080,
    });
    const ListenerDescriptions = [https, http].map((each) => ({ Listener: toSdkListener(each) }));
    // By port, whatever the order of the answer.
    expect(listenersOf({ ListenerDescriptions })).toEqual([http, https]);
  });

  test("is what AWS says of it, in whatever case, and of the servers the same where it says nothing", () => {
    const told = (Listener: object) =>
      listenersOf({ ListenerDescriptions: [{ Listener } as never] });
    expect(told({ Protocol: "http", LoadBalancerPort: 80, InstancePort: 80 })).toEqual([
      { ...http, instancePort: 80 },
    ]);
    expect(told({ Protocol: "ssl", InstanceProtocol: "tcp" })).toEqual([
      { protocol: "SSL", port: 0, instanceProtocol: "TCP", instancePort: 0, certificate: null },
    ]);
    expect(told({})).toMatchObject([{ protocol: "TCP", instanceProtocol: "TCP" }]);
    expect(listenersOf({ ListenerDescriptions: [{}] })).toEqual([]);
    expect(listenersOf({})).toEqual([]);
  });
});

/** A client that tells what it was asked, and answers nothing. */
function recorder() {
  const asked: unknown[] = [];
  const loadBalancing = new ElasticLoadBalancingClient({ region: "eu-central-1" });
  loadBalancing.middlewareStack.add(
    () => async (args) => {
      asked.push(args.input);
      return { output: { $metadata: {} }, response: {} } as never;
    },
    { step: "initialize", priority: "high" },
  );
  return { asked, context: { clients: { loadBalancing } } as never };
}

describe("a health check", () => {
  const check = {
    target: "HTTP:80/",
    interval: 10,
    timeout: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 3,
  };
  const told = {
    Target: "HTTP:80/",
    Interval: 10,
    Timeout: 5,
    HealthyThreshold: 2,
    UnhealthyThreshold: 3,
  };

  test("is set as a whole, and told back as it is", async () => {
    const { asked, context } = recorder();
    await configureHealthCheck(context, "afterpay", check);
    expect(asked).toEqual([{ LoadBalancerName: "afterpay", HealthCheck: told }]);
    expect(healthCheckOf({ HealthCheck: told })).toEqual(check);
  });

  test("that AWS does not tell is like none", () => {
    const none = {
      target: "",
      interval: 0,
      timeout: 0,
      healthyThreshold: 0,
      unhealthyThreshold: 0,
    };
    expect(healthCheckOf({})).toEqual(none);
    expect(healthCheckOf({ HealthCheck: {} as never })).toEqual(none);
  });
});

describe("a load balancer's attributes", () => {
  const wanted: Attributes = { crossZone: true, connectionDraining: 30, idleTimeout: 90 };

  test.each<[changed: readonly (keyof Attributes)[], attributes: object, values?: Attributes]>([
    [["crossZone"], { CrossZoneLoadBalancing: { Enabled: true } }],
    [["connectionDraining"], { ConnectionDraining: { Enabled: true, Timeout: 30 } }],
    [["idleTimeout"], { ConnectionSettings: { IdleTimeout: 90 } }],
    [
      ["connectionDraining"],
      { ConnectionDraining: { Enabled: false } },
      { ...wanted, connectionDraining: null },
    ],
    [
      ["crossZone", "idleTimeout"],
      { CrossZoneLoadBalancing: { Enabled: true }, ConnectionSettings: { IdleTimeout: 90 } },
    ],
  ])("%j are set alone", async (changed, LoadBalancerAttributes, values = wanted) => {
    const { asked, context } = recorder();
    await modifyAttributes(context, "afterpay", toSdkAttributes(values, changed));
    expect(asked).toEqual([{ LoadBalancerName: "afterpay", LoadBalancerAttributes }]);
  });

  const defaults: Attributes = { crossZone: false, connectionDraining: null, idleTimeout: 60 };
  test.each<[why: string, told: Parameters<typeof attributesOf>[0], attributes: Attributes]>([
    ["nothing is AWS's defaults", undefined, defaults],
    ["nothing in it, too", {}, defaults],
    [
      "parts without their values, too",
      {
        CrossZoneLoadBalancing: {} as never,
        ConnectionDraining: {} as never,
        ConnectionSettings: {} as never,
      },
      defaults,
    ],
    [
      "all",
      {
        CrossZoneLoadBalancing: { Enabled: true },
        ConnectionDraining: { Enabled: true, Timeout: 30 },
        ConnectionSettings: { IdleTimeout: 90 },
      },
      wanted,
    ],
    [
      "draining without a time is of AWS's 300 seconds",
      { ConnectionDraining: { Enabled: true } },
      { ...defaults, connectionDraining: 300 },
    ],
    [
      "draining that is off has no time, though it is told",
      { ConnectionDraining: { Enabled: false, Timeout: 300 } },
      defaults,
    ],
  ])("are read: %s", (_why, told, attributes) => {
    expect(attributesOf(told)).toEqual(attributes);
  });
});

describe("a launch template's data", () => {
  const data: TemplateData = {
    ...storedFields,
    keyPairId: null,
    securityGroupIds: ["sg-2", "sg-1"],
  };
  const request = toRequest(data, { "reconcile:stack": "afterpay" });

  test("is what AWS is asked for: one volume of ours, and no more", () => {
    expect(request).toEqual({
      ...storedData,
      SecurityGroupIds: ["sg-2", "sg-1"],
      TagSpecifications: [
        { ResourceType: "volume", Tags: [{ Key: "reconcile:stack", Value: "afterpay" }] },
      ],
    });
    expect(toRequest({ ...data, keyName: null }, {})).not.toHaveProperty("KeyName");
  });

  test("comes back as it was, its groups in order", () => {
    expect(fromResponse(request as never)).toEqual({ ...storedFields, unmanaged: [] });
  });

  test("does not ask for detailed monitoring unless it is wanted", () => {
    const asked = toRequest({ ...storedFields, keyPairId: null, monitoring: false }, {});
    expect(asked).not.toHaveProperty("Monitoring");
    const told = (Enabled: boolean) => fromResponse({ Monitoring: { Enabled } }).monitoring;
    expect([told(true), told(false)]).toEqual([true, false]);
  });

  test("asks for the account's own key if the volume has none", () => {
    const asked = toRequest({ ...storedFields, keyPairId: null, volumeKey: null }, {});
    expect(asked.BlockDeviceMappings?.[0]?.Ebs).not.toHaveProperty("KmsKeyId");
  });

  test("that AWS does not tell is empty", () => {
    const empty = { ...unsetFields, unmanaged: [] };
    expect(fromResponse(undefined)).toEqual(empty);
    expect(fromResponse({})).toEqual(empty);
    expect(fromResponse({ BlockDeviceMappings: [], MetadataOptions: {} })).toEqual(empty);
  });

  const volume = request.BlockDeviceMappings?.[0];
  const ours = volume?.Ebs ?? {};
  const withVolume = (ebs: object | undefined) => ({
    BlockDeviceMappings: [{ DeviceName: "/dev/xvda", ...(ebs && { Ebs: ebs }) }],
  });
  test.each<[why: string, part: object, unmanaged: readonly string[]]>([
    ["user data", { UserData: "IyEvYmluL3No" }, ["UserData"]],
    ["two parts, in order", { UserData: "x", EbsOptimized: true }, ["EbsOptimized", "UserData"]],
    ["a part that says no", { EbsOptimized: false }, []],
    ["a part that says nothing", { Placement: null, HibernationOptions: undefined }, []],
    ["an empty list", { ElasticGpuSpecifications: [] }, []],
    ["a list", { ElasticGpuSpecifications: [{}] }, ["ElasticGpuSpecifications"]],
    ["an object with nothing in it", { HibernationOptions: { Configured: false } }, []],
    [
      "an object with something in it",
      { HibernationOptions: { Configured: true } },
      ["HibernationOptions"],
    ],
    ["detailed monitoring, which is a field", { Monitoring: { Enabled: true } }, []],
    [
      "an object of which one part says no",
      { HibernationOptions: { Configured: true, X: false } },
      ["HibernationOptions"],
    ],
    ["a number", { RamDiskId: 0 }, ["RamDiskId"]],
    [
      "a volume that is not encrypted",
      withVolume({ ...ours, Encrypted: false }),
      ["BlockDeviceMappings"],
    ],
    ["a volume of another type, which is a field", withVolume({ ...ours, VolumeType: "gp2" }), []],
    [
      "a volume that stays",
      withVolume({ ...ours, DeleteOnTermination: false }),
      ["BlockDeviceMappings"],
    ],
    [
      "a volume that goes, which is EC2's default",
      withVolume({ ...ours, DeleteOnTermination: undefined }),
      [],
    ],
    [
      "a volume of a snapshot",
      withVolume({ ...ours, SnapshotId: "snap-1" }),
      ["BlockDeviceMappings"],
    ],
    ["a volume of a size", withVolume({ ...ours, VolumeSize: 8 }), ["BlockDeviceMappings"]],
    ["a volume of the instance's own", withVolume(undefined), ["BlockDeviceMappings"]],
    ["a second volume", { BlockDeviceMappings: [volume, volume] }, ["BlockDeviceMappings"]],
    [
      "no metadata service",
      { MetadataOptions: { ...request.MetadataOptions, HttpEndpoint: "disabled" } },
      ["MetadataOptions"],
    ],
  ])("with %s is told by its unmanaged parts", (_why, part, unmanaged) => {
    expect(fromResponse({ ...request, ...part } as never).unmanaged).toEqual(unmanaged);
  });

  test("has weaker metadata than ours unless it says otherwise", () => {
    const tokensOf = (HttpTokens: "optional" | undefined) =>
      fromResponse({ MetadataOptions: { HttpTokens, HttpPutResponseHopLimit: 2 } }).metadata;
    expect(tokensOf("optional")).toEqual({ tokens: "optional", hopLimit: 2 });
    expect(tokensOf(undefined)).toEqual({ tokens: "optional", hopLimit: 2 });
  });

  test.each([
    [
      ["UserData", "HibernationOptions"],
      "its default version has settings that this stack does not define: UserData, HibernationOptions",
    ],
    [
      ["BlockDeviceMappings"],
      "its default version does not have exactly one volume, encrypted and deleted with its instance",
    ],
    [
      ["UserData", "MetadataOptions"],
      "its default version has settings that this stack does not define: UserData; its default version disables the instance metadata service",
    ],
  ])("with %j unmanaged is explained", (parts, words) => {
    expect(unmanagedWords(parts)).toBe(words);
  });
});

describe("sets of ids", () => {
  test.each([
    [["a", "b"], ["b", "a"], true],
    [["a", "a", "b"], ["b", "a"], true],
    [["a"], ["a", "b"], false],
    [["a", "b"], ["a"], false],
    [["a", "b"], ["a", "c"], false],
    [[], [], true],
  ])("%j and %j are the same: %s", (one, other, same) => {
    expect(sameSet(one, other)).toBe(same);
    expect(setRule.equal?.(one, other)).toBe(same);
  });

  test("in one are the wanted ones, then what the live one has besides", () => {
    const wanted = ["b", "a"];
    expect(union(wanted, ["c", "a", "d"])).toEqual(["b", "a", "c", "d"]);
    expect(union(wanted, ["a"])).toBe(wanted);
  });

  test("change in place, as tags do; a VPC does not, and what is written alone is no difference", () => {
    expect(setRule.onChange).toBe("update");
    expect(tagsRule.onChange).toBe("update");
    expect(derivedRule).toEqual({ onChange: "update", writeOnly: true });
    expect(writeOnlyRule("create")).toEqual({ ...derivedRule, usedBy: ["create"] });
    expect(vpcRule).toEqual({
      onChange: "replace",
      instead: expect.stringMatching(/another name \(stack:\).*destroy this stack/),
    });
  });
});

describe("the addresses of a CIDR", () => {
  test.each([
    ["10.0.0.0/8", "10.1.0.0/16", true],
    ["10.0.0.0/8", "10.0.0.0/8", true],
    ["10.1.0.0/16", "10.0.0.0/8", false],
    ["10.0.0.0/8", "11.0.0.0/16", false],
    ["0.0.0.0/0", "203.0.113.10/32", true],
    ["::/0", "2001:db8::/32", true],
    ["2001:db8::/32", "2001:db9::/48", false],
    ["::/0", "10.0.0.0/8", false],
    ["0.0.0.0/0", "::/0", false],
    ["sg-1", "10.0.0.0/8", false],
    ["10.0.0.0/8", "sg-1", false],
    ["sg-1", "sg-1", false],
    ["10.0.0.0", "10.0.0.0/32", false],
    ["nonsense/8", "nonsense/8", false],
    ["10.0.0.0/16", "10.0.0.0/8", false],
    ["0.0.0.0", "10.0.0.0/8", false],
    ["0.0.0.0/x", "10.0.0.0/8", false],
  ])("%s has those of %s: %s", (outer, inner, contains) => {
    expect(containsCidr(outer, inner)).toBe(contains);
  });

  test.each([
    ["10.0.0.0/8", 24],
    ["203.0.113.10/32", 0],
    ["2001:db8::/32", 96],
    ["sg-1", undefined],
    ["10.0.0.0", undefined],
    ["10.0.0.0/x", undefined],
  ])("%s are two to the power of %s", (cidr, power) => {
    expect(cidrSize(cidr)).toBe(power);
  });
});
