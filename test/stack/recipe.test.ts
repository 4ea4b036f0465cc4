import { describe, expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { renderUserData } from "../../src/image/user-data.ts";
import { loadStack } from "../../src/spec/load.ts";
import { toRecipe } from "../../src/stack/recipe.ts";

/** The recipe of a stack whose servers are in the groups `web` and `own`, and `other` is not theirs. */
function recipeOf(ingress: string, more = "") {
  const text = `
version: 1
stack: shop
image: { base: debian-12 }
securityGroups:
  web: { ingress: ${ingress} }
  own: { ingress: [{ port: 9000, from: web }] }
  other: { ingress: [{ port: 5000, from: 10.0.0.0/8 }] }
scaling: { min: 1, securityGroups: [web, own] }
${more}`;
  const loaded = loadStack(text, { file: "shop.yaml", folder: "/home/me" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  const application = new TextEncoder().encode("app = None\n");
  return toRecipe(loaded.stack, "20251112-2294", {
    application: { kind: "content", content: application },
  });
}

function openPortsOf(ingress: string, more = ""): string | undefined {
  const { script } = renderBuildScript(recipeOf(ingress, more));
  return /^check_twice ports only_listening(?: (.*))?$/m.exec(script)?.[1];
}

const key = "keyPair: { generate: ./shop.pem }";
const balancer = `
loadBalancer: { securityGroups: [other], listeners: [{ port: 80, to: 8080 }] }`;
const applicationBalancer = `
loadBalancer:
  type: application
  securityGroups: [other]
  listeners: [{ port: 80, to: 8080 }, { port: 81, redirect: 80 }]`;
const application = `
application: { source: { file: ./app.py }, python: [flask], command: flask run, port: 8000 }`;

describe("without an application, ports that the servers' groups let in may be listened on", () => {
  test.each([
    ["one", "[{ port: 80, from: 10.0.0.0/8 }]", "80 9000"],
    ["a range", "[{ port: 8000-8010, from: 10.0.0.0/8 }]", "8000-8010 9000"],
    ["from a group", "[{ port: 30000-32767, from: web }]", "9000 30000-32767"],
    ["by UDP", "[{ port: 53-60, protocol: udp, from: 10.0.0.0/8 }]", "9000 udp:53-60"],
    ["every one by TCP", "[{ port: all, from: 10.0.0.0/8 }]", "0-21 23-65535"],
    ["every one by UDP", "[{ port: all, protocol: udp, from: 10.0.0.0/8 }]", "9000 udp:0-65535"],
    [
      "every one by every protocol",
      "[{ protocol: all, from: 10.0.0.0/8 }]",
      "0-21 23-65535 udp:0-65535",
    ],
    ["messages of ICMP have none", "[{ protocol: icmp, from: 10.0.0.0/8 }]", "9000"],
    ["SSH is a matter of the key, not of rules", "[{ port: 22, from: 10.0.0.0/8 }]", "9000"],
    ["SSH in a range, too", "[{ port: 20-25, from: 10.0.0.0/8 }]", "20-21 23-25 9000"],
    ["port 22 of UDP is not SSH", "[{ port: 22, protocol: udp, from: 10.0.0.0/8 }]", "9000 udp:22"],
  ])("%s", (_, ingress, expected) => {
    expect(openPortsOf(ingress)).toBe(expected);
  });

  test("with a key, SSH's too", () => {
    expect(openPortsOf("[{ port: all, from: 10.0.0.0/8 }]", key)).toBe("0-65535");
    expect(openPortsOf("[{ port: 80, from: 10.0.0.0/8 }]", key)).toBe("22 80 9000");
  });

  test("and those that the load balancer sends to", () => {
    expect(openPortsOf("[{ port: 80, from: other }]", balancer)).toBe("80 8080 9000");
    expect(openPortsOf("[]", applicationBalancer)).toBe("8080 9000");
  });

  test("and the same ports, written another way, are the same image", () => {
    const one = recipeOf("[{ port: 8000-8010, from: [10.0.0.0/8, web] }]");
    const other = recipeOf(
      "[{ port: 8006-8010, from: web }, { port: 8000-8005, from: web }, { port: 8002-8007, from: 10.0.0.0/8 }]",
    );
    expect(renderBuildScript(other).hash).toBe(renderBuildScript(one).hash);
  });
});

test("beside an application, rules do not count: a new one is no new image", () => {
  const ingress = "[{ protocol: all, from: 10.0.0.0/8 }]";
  expect(openPortsOf(ingress, application)).toBe("8000");
  expect(openPortsOf(ingress, `${application}${balancer}\n${key}`)).toBe("22 8000 8080");
});

describe("the application is asked as its load balancer asks it", () => {
  const asked = (more: string) => {
    const recipe = recipeOf("[]", `${application}${more}`);
    const { healthCheck, internal } = recipe.application ?? {};
    return { healthCheck, internal };
  };
  const to = (port: number, check = "") =>
    `\nloadBalancer: { securityGroups: [other], listeners: [{ port: 80, to: ${port} }]${check && `, healthCheck: { target: "${check}" }`} }`;

  test.each<[what: string, more: string, expected: object]>([
    ["without one, by HTTP", "", {}],
    ["by default", to(8000), { healthCheck: { protocol: "http", path: "/", statuses: "200" } }],
    [
      "at its own path",
      to(8000, "http:8000/Up?a=1"),
      { healthCheck: { protocol: "http", path: "/Up?a=1", statuses: "200" } },
    ],
    [
      "with encryption",
      to(8000, "HTTPS:8000/up"),
      { healthCheck: { protocol: "https", path: "/up", statuses: "200" } },
    ],
    ["by a connection", to(8000, "TCP:8000"), { healthCheck: { protocol: "tcp" } }],
    ["by an encrypted connection", to(8000, "SSL:8000"), { healthCheck: { protocol: "ssl" } }],
    [
      "even if no listener forwards to it",
      to(80, "TCP:8000"),
      { healthCheck: { protocol: "tcp" } },
    ],
    ["by HTTP, if only a listener uses its port", to(8000, "TCP:80"), {}],
    ["from the server itself, if nothing uses its port", to(80, "HTTP:80/"), { internal: true }],
    [
      "by an application load balancer",
      "\nloadBalancer: { type: application, securityGroups: [other] }",
      { healthCheck: { protocol: "http", path: "/", statuses: "200" } },
    ],
    [
      "by an application load balancer, at its own path and for its own statuses",
      '\nloadBalancer: { type: application, securityGroups: [other], healthCheck: { path: /up, status: "200,404" } }',
      { healthCheck: { protocol: "http", path: "/up", statuses: "200,404" } },
    ],
    [
      "from the server itself, if an application load balancer forwards elsewhere",
      applicationBalancer,
      { internal: true },
    ],
  ])("%s", (_, more, expected) => {
    expect(asked(more)).toEqual(expected);
  });

  test("so another path is another image, and another interval is none", () => {
    const hash = (check: string) =>
      renderBuildScript(
        recipeOf(
          "[]",
          `${application}\nloadBalancer: { securityGroups: [other], healthCheck: { ${check} } }`,
        ),
      ).hash;
    expect(hash('target: "HTTP:8000/up"')).not.toBe(hash(""));
    expect(hash('target: "HTTP:8000/"')).toBe(hash(""));
    expect(hash("interval: 30s, timeout: 9s, healthy: 5")).toBe(hash(""));
  });
});

test.each([
  "[{ port: all, from: 10.0.0.0/8 }]",
  "[{ port: 1024-65535, from: web }]",
  "[{ port: 30000-32767, from: web }, { port: 8000-10000, protocol: udp, from: 10.0.0.0/8 }]",
  "[{ protocol: all, from: 10.0.0.0/8 }]",
])("any rule fits into user data, at next to no cost: %s", (ingress) => {
  const sizeOf = (rules: string) => renderUserData(renderBuildScript(recipeOf(rules)).script).bytes;
  expect(sizeOf(ingress) - sizeOf("[{ port: 80, from: web }]")).toBeLessThan(100);
});
