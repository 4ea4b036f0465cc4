import { expect, test } from "vitest";
import { LEAST, load } from "../stacks.ts";

test("rules have one peer each, with ports as EC2 has them", () => {
  const { securityGroups } = load(`${LEAST}
securityGroups:
  web:
    ingress:
      - { port: 80, from: [load-balancer, web, 0.0.0.0/0, "2001:DB8:0:0::/32"] }
      - { port: 8000-8010, protocol: udp, from: sg-0123456789abcdef0 }
      - { port: all, from: pl-0123456789abcdef0 }
      - { protocol: icmp, from: 10.0.0.0/8 }
      - { protocol: icmp, port: 8, from: 10.0.0.0/8 }
      - { protocol: all, from: web }
    egress: []
  load-balancer: { name: ELB, description: Front }
`);
  const web = { kind: "group", value: "web" };
  const inside = { kind: "cidr4", value: "10.0.0.0/8" };
  const http = { protocol: "tcp", fromPort: 80, toPort: 80 };
  expect(securityGroups).toEqual([
    {
      section: "web",
      description: "security-group/web of afterpay",
      ingress: [
        { ...http, source: { kind: "group", value: "load-balancer" } },
        { ...http, source: web },
        { ...http, source: { kind: "cidr4", value: "0.0.0.0/0" } },
        { ...http, source: { kind: "cidr6", value: "2001:db8::/32" } },
        {
          protocol: "udp",
          fromPort: 8000,
          toPort: 8010,
          source: { kind: "group-id", value: "sg-0123456789abcdef0" },
        },
        {
          protocol: "tcp",
          fromPort: 0,
          toPort: 65535,
          source: { kind: "prefix-list", value: "pl-0123456789abcdef0" },
        },
        { protocol: "icmp", fromPort: -1, toPort: -1, source: inside },
        { protocol: "icmp", fromPort: 8, toPort: -1, source: inside },
        { protocol: "all", fromPort: -1, toPort: -1, source: web },
      ],
      egress: [],
    },
    {
      section: "load-balancer",
      name: "ELB",
      description: "Front",
      ingress: [],
      egress: [
        {
          protocol: "all",
          fromPort: -1,
          toPort: -1,
          destination: { kind: "cidr4", value: "0.0.0.0/0" },
        },
      ],
    },
  ]);
});

test("circles of groups are legal", () => {
  const groups = `securityGroups:
  a: { ingress: [{ port: 1, from: [a, b] }] }
  b: { ingress: [{ port: 1, from: a }], egress: [{ port: 1, to: a }] }
`;
  expect(load(LEAST + groups).securityGroups).toHaveLength(2);
});
