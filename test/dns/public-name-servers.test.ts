import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { askDirectly } from "../../src/dns/direct-question.ts";
import { whyMissing } from "../../src/dns/missing-record.ts";
import { NameServerError } from "../../src/dns/name-servers.ts";
import {
  type PublicNameServersOptions,
  publicNameServers,
} from "../../src/dns/public-name-servers.ts";
import {
  type Asked,
  type Entry,
  encodedName,
  type NameServer,
  type Reply,
  startNameServer,
} from "./name-server.ts";

const name = "_a79.shop.example.com";
const value = "_b.acm-validations.aws";
const found: Reply = { answers: [[name, "CNAME", value]] };
const noSuchName: Reply = { code: 3 };
const serverFailure: Reply = { code: 2 };
const refused: Reply = { code: 5, authoritative: false };

/** The addresses of the servers in this small world, none of which exists (RFC 5737). */
const addressOf = { com: "192.0.2.1", zone: "192.0.2.2", inner: "192.0.2.3" };

/** What com's server says of example.com. */
const referral: Reply = {
  authoritative: false,
  authority: [
    ["example.com", "NS", "ns-2.zone.test"],
    ["example.com", "NS", "ns-1.zone.test"],
  ],
};

/** A reply that sends on to the server of com. */
function sentTo(zone: string): Reply {
  return { authoritative: false, authority: [[zone, "NS", "a.com-servers.test"]] };
}

/** What each server replies, which a test changes: undefined is silence. */
interface World {
  /** The server of this machine, about CNAME records. */
  local: Reply | undefined;
  /** The server of this machine, about everything that is not set up here. */
  localElse: Reply | undefined;
  hosts: Record<string, string>;
  com: (asked: Asked) => Reply | undefined;
  zone: (asked: Asked) => Reply | undefined;
  inner: (asked: Asked) => Reply | undefined;
}

let world: World;
let servers: Record<"local" | keyof typeof addressOf, NameServer>;
/** Addresses that were asked, and are none of the world's. */
let strayed: string[];

function localReply({ name: host, type, recursive }: Asked): Reply | undefined {
  if (!recursive) return refused;
  if (type === "CNAME") return world.local;
  if (type === "NS" && host === "com") return { answers: [["com", "NS", "a.com-servers.test"]] };
  const address = world.hosts[host];
  if (address === undefined) return world.localElse;
  return type === "A" ? { answers: [[host, "A", address]] } : {};
}

beforeEach(async () => {
  world = {
    local: noSuchName,
    localElse: noSuchName,
    hosts: {
      "a.com-servers.test": addressOf.com,
      "ns-1.zone.test": addressOf.zone,
      "ns-2.zone.test": addressOf.zone,
      "ns.inner.test": addressOf.inner,
    },
    com: () => referral,
    zone: () => found,
    inner: () => refused,
  };
  strayed = [];
  servers = {
    local: await startNameServer(localReply),
    com: await startNameServer((asked) => (asked.recursive ? refused : world.com(asked))),
    zone: await startNameServer((asked) => (asked.recursive ? refused : world.zone(asked))),
    inner: await startNameServer((asked) => world.inner(asked)),
  };
});

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(Object.values(servers).map((server) => server.close()));
});

/** Longer than the test: only a test's own clock gets there. */
const timeout = 3_600_000;
const noReply = "no reply within 3600 s";

function ask(options: PublicNameServersOptions = {}, signal?: AbortSignal) {
  return publicNameServers(signal, {
    servers: [`127.0.0.1:${servers.local.port}`],
    endpointOf: (address) => {
      const host = (["com", "zone", "inner"] as const).find((one) => addressOf[one] === address);
      if (host === undefined) strayed.push(address);
      return { address: "127.0.0.1", port: host === undefined ? 9 : servers[host].port };
    },
    timeout,
    ...options,
  });
}

/** Lets the time for an answer pass, as soon as this server has got its questions and stays silent. */
async function waitInVain<Answer>(
  start: () => Promise<Answer>,
  server: NameServer,
  questions = 1,
): Promise<Answer> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const answer = start();
  // It is used only after the next wait, and must not count as forgotten until then.
  answer.catch(() => {});
  await expect.poll(() => server.questions.length, patience).toBe(questions);
  vi.advanceTimersByTime(timeout);
  return await answer;
}

/** For a busy machine. */
const patience = { timeout: 20_000 };

async function failure(question: Promise<unknown>): Promise<string> {
  const error = await question.then(
    (answer) => new Error(`answered ${answer}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NameServerError);
  return error instanceof Error ? error.message : "";
}

describe("a CNAME record", () => {
  test("that this machine's name server finds is the answer, and nobody else is asked", async () => {
    world.local = { answers: [[name, "CNAME", "_other.aws"]] };
    expect(await ask().cname(`${name}.`)).toEqual(["_other.aws"]);
    expect(servers.local.questions).toEqual([`CNAME ${name}`]);
    expect(servers.com.questions).toEqual([]);
  });

  test.each([
    ["no such name", noSuchName],
    ["no such record", {}],
  ])("is found at the zone's own servers, after an old answer: %s", async (_what, old) => {
    world.local = old;
    expect(await ask().cname(name)).toEqual([value]);
    expect(servers.com.questions).toEqual([`CNAME ${name}`]);
    expect(strayed).toEqual([]);
  });

  test.each([
    ["no such name", noSuchName],
    ["no such record", {}],
    ["other records", { answers: [["_c.example.com", "CNAME", value] satisfies Entry] }],
  ])("that the zone's own servers do not have does not exist: %s", async (_what, reply) => {
    world.zone = () => reply;
    expect(await ask().cname(name)).toEqual([]);
  });

  test("of a name that the top level does not have does not exist", async () => {
    world.com = () => noSuchName;
    expect(await ask().cname(name)).toEqual([]);
    expect(servers.zone.questions).toEqual([]);
  });

  test("in a zone within the zone is found there, by the address in the delegation", async () => {
    world.zone = () => ({
      authoritative: false,
      authority: [["Shop.Example.com", "NS", "ns.Shop.example.com"]],
      additional: [["NS.shop.example.com", "A", addressOf.inner]],
    });
    world.inner = () => found;
    expect(await ask().cname(name)).toEqual([value]);
  });

  test("is the answer of a server that has the zone below, too", async () => {
    world.com = () => ({ ...referral, ...found, authoritative: true });
    expect(await ask().cname(name)).toEqual([value]);
    expect(servers.zone.questions).toEqual([]);
  });

  test("is found where the other server is silent, for which nobody waits", async () => {
    world.com = () => ({
      authoritative: false,
      authority: [
        ["example.com", "NS", "ns.inner.test"],
        ["example.com", "NS", "ns-1.zone.test"],
      ],
    });
    world.inner = () => undefined;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    expect(await ask().cname(name)).toEqual([value]);
    await expect.poll(() => vi.getTimerCount(), patience).toBe(0);
  });

  test("is found where only one of the servers has the zone", async () => {
    world.com = () => ({
      authoritative: false,
      authority: [
        ["example.com", "NS", "ns.inner.test"],
        ["example.com", "NS", "ns-without-address.test"],
        ["example.com", "NS", "ns-1.zone.test"],
      ],
    });
    expect(await ask().cname(name)).toEqual([value]);
  });
});

describe("a question about a CNAME record has no answer", () => {
  const local = () => `no answer from this machine's name server 127.0.0.1:${servers.local.port}`;

  test.each<[string, Reply | undefined, string]>([
    [
      "SERVFAIL",
      serverFailure,
      "SERVFAIL, so the name servers of the domain give it no answer, or the domain's DNSSEC signatures are wrong",
    ],
    ["REFUSED", refused, "REFUSED, so it does not work for this machine"],
  ])("if this machine's name server fails: %s", async (_what, reply, words) => {
    world.local = reply;
    expect(await failure(ask().cname(name))).toBe(`${local()}: ${words}`);
    expect(servers.com.questions).toEqual([]);
  });

  test("if this machine's name server is silent", async () => {
    world.local = undefined;
    const answer = waitInVain(() => ask().cname(name), servers.local);
    expect(await failure(answer)).toBe(`${local()}: ${noReply}`);
    // By itself, a resolver gives up after longer.
  }, 10_000);

  test("if nobody listens", async () => {
    const words = `${local()}: connection refused (ECONNREFUSED)`;
    await servers.local.close();
    const message = await failure(ask().cname(name));
    servers.local = await startNameServer(localReply);
    expect(message).toBe(words);
  });

  test("if this machine's name server knows only the names of its own network", async () => {
    const unknown =
      "this machine's name server knows no name servers of the top level net, so it may not know the names of the Internet";
    expect(await failure(ask().cname("_a79.example.net"))).toBe(
      `this machine's name server does not find it, but may remember an old answer; ${unknown}`,
    );
    expect(await failure(ask().nameServersOf("example.net"))).toBe(unknown);
  });

  test("if the name is none", async () => {
    expect(await failure(ask().cname("a..b"))).toMatch(/: the question has no valid domain name$/);
  });

  const perhapsOld =
    "this machine's name server does not find it, but may remember an old answer; no answer from the name servers of example.com: ns-2.zone.test, ns-1.zone.test: ";

  test.each<[string, Reply | undefined, string]>([
    ["REFUSED", refused, "REFUSED, so it does not serve example.com"],
    ["SERVFAIL", serverFailure, "SERVFAIL, so it does not serve example.com"],
    ["an unknown code", { code: 11 }, "RCODE 11, so it does not serve example.com"],
    ["a delegation to itself", referral, "it does not serve example.com"],
    ["a delegation upwards", sentTo("com"), "it does not serve example.com"],
    ["a delegation to the root", sentTo(""), "it does not serve example.com"],
    ["a delegation elsewhere", sentTo("other.example.com"), "it does not serve example.com"],
    [
      "an answer from elsewhere",
      { ...found, authoritative: false },
      "it does not serve example.com",
    ],
    ["half a reply", { truncated: true }, "the reply is too long for UDP"],
  ])("if the zone's own servers fail: %s", async (_what, reply, words) => {
    world.zone = () => reply;
    expect(await failure(ask().cname(name))).toBe(perhapsOld + words);
  });

  test("if the zone's own servers are silent", async () => {
    world.zone = () => undefined;
    const answer = waitInVain(() => ask().cname(name), servers.zone, 2);
    expect(await failure(answer)).toBe(perhapsOld + noReply);
  });

  test("if nobody listens at the zone's own servers", async () => {
    world.hosts = {
      ...world.hosts,
      "ns-1.zone.test": "192.0.2.99",
      "ns-2.zone.test": "192.0.2.99",
    };
    expect(await failure(ask().cname(name))).toBe(`${perhapsOld}connection refused (ECONNREFUSED)`);
  });

  test("if each of the zone's own servers fails in its own way", async () => {
    world.com = () => ({
      authoritative: false,
      authority: [...(referral.authority ?? []), ["example.com", "NS", "ns-3.nowhere.test"]],
    });
    world.zone = () => refused;
    expect(await failure(ask().cname(name))).toBe(
      `${perhapsOld}REFUSED, so it does not serve example.com; ns-3.nowhere.test: the name server has no address`,
    );
  });

  test("if no address can be looked up", async () => {
    world.hosts = { "a.com-servers.test": addressOf.com };
    world.localElse = serverFailure;
    expect(await failure(ask().cname(name))).toContain(
      `ns-2.zone.test, ns-1.zone.test: ${local()}: SERVFAIL`,
    );
  });
});

describe("packets that are no reply to the question", () => {
  test("are ignored: the reply comes after them", async () => {
    world.zone = () => ({
      raw: (id) => {
        const header = (number: number, answers: number) =>
          Buffer.from([number >> 8, number & 255, 0x84, 0, 0, 0, 0, answers, 0, 0, 0, 0]);
        const target = encodedName(value);
        const fields = Buffer.of(0, 5, 0, 1, 0, 0, 0, 9, 0, target.length);
        const record = Buffer.concat([encodedName(name), fields, target]);
        return [
          Buffer.from("no message"),
          header(id ^ 1, 0),
          header(id, 1),
          Buffer.concat([header(id, 1), record]),
        ];
      },
    });
    expect(await ask().cname(name)).toEqual([value]);
  });
});

describe("the name servers of a zone", () => {
  test("are those to which its parent delegates it, sorted", async () => {
    expect(await ask().nameServersOf("Example.com.")).toEqual(["ns-1.zone.test", "ns-2.zone.test"]);
    expect(servers.zone.questions).toEqual([]);
  });

  test("are known where they are wrong, and do not serve it", async () => {
    world.zone = () => refused;
    expect(await ask().nameServersOf("example.com")).toHaveLength(2);
  });

  test("are those of the zone itself, where its server serves the parent, too", async () => {
    world.com = () => ({ answers: [["example.com", "NS", "ns.same.test"]] });
    expect(await ask().nameServersOf("example.com")).toEqual(["ns.same.test"]);
  });

  test("within another zone are asked of that zone", async () => {
    world.zone = () => ({
      authoritative: false,
      authority: [["dev.example.com", "NS", "ns.dev.test"]],
    });
    expect(await ask().nameServersOf("dev.example.com")).toEqual(["ns.dev.test"]);
  });

  test.each([
    ["no such name", noSuchName],
    ["no such record", {}],
  ])("do not exist, if it is no zone: %s", async (_what, reply) => {
    world.com = () => reply;
    expect(await ask().nameServersOf("example.com")).toEqual([]);
  });

  test("of a top level are those that this machine's name server finds", async () => {
    expect(await ask().nameServersOf("com")).toEqual(["a.com-servers.test"]);
    expect(servers.com.questions).toEqual([]);
  });

  test("are those that this machine's name server finds, if it alone can be asked", async () => {
    world.com = () => undefined;
    world.localElse = {
      answers: [
        ["example.com", "NS", "b.test"],
        ["example.com", "NS", "a.test"],
      ],
    };
    const answer = waitInVain(() => ask().nameServersOf("example.com"), servers.com);
    expect(await answer).toEqual(["a.test", "b.test"]);
  });

  test.each([
    ["finds none", noSuchName],
    ["fails", serverFailure],
  ])("are unknown, if the parent fails and this machine's server %s", async (_what, reply) => {
    world.com = () => serverFailure;
    world.localElse = reply;
    expect(await failure(ask().nameServersOf("example.com"))).toBe(
      "no answer from the name servers of com: a.com-servers.test: SERVFAIL, so it does not serve com",
    );
  });
});

describe("a cancellation", () => {
  const silences: [string, () => void, () => NameServer][] = [
    [
      "this machine's name server",
      () => Object.assign(world, { local: undefined }),
      () => servers.local,
    ],
    [
      "the zone's own servers",
      () => Object.assign(world, { zone: () => undefined }),
      () => servers.zone,
    ],
  ];

  test.each(silences)("ends the wait for %s at once", async (_whom, silence, server) => {
    silence();
    const controller = new AbortController();
    const cancelled = new Error("cancelled");
    const answer = ask({}, controller.signal).cname(name);
    const settled = expect(answer).rejects.toBe(cancelled);
    await expect.poll(() => server().questions.length, patience).toBeGreaterThan(0);
    controller.abort(cancelled);
    await settled;
  });

  test("before the question asks nobody", async () => {
    const cancelled = new Error("cancelled");
    const cancelledServers = ask({}, AbortSignal.abort(cancelled));
    await expect(cancelledServers.cname(name)).rejects.toBe(cancelled);
    await expect(cancelledServers.nameServersOf("example.com")).rejects.toBe(cancelled);
    expect(servers.local.questions).toEqual([]);
  });
});

test("a hosted zone that was created again, and still is delegated to the servers of the old one, is named", async () => {
  world.local = serverFailure;
  world.zone = () => refused;
  const zone = { name: "example.com", nameServers: ["ns-7.new.test"] };
  expect(await whyMissing(ask(), { name, value }, zone)).toMatch(
    /^the name servers of example.com are ns-1.zone.test, ns-2.zone.test, but the hosted zone of this account has ns-7.new.test: /,
  );
});

test("a question that is cancelled already is not sent", async () => {
  const cancelled = new Error("cancelled");
  const signal = AbortSignal.abort(cancelled);
  const answer = askDirectly(
    { address: "127.0.0.1", port: servers.zone.port },
    { name, type: "CNAME" },
    { timeout, signal },
  );
  await expect(answer).rejects.toBe(cancelled);
});

test("without options, the machine's own name servers are asked", async () => {
  // A name that is none is refused before a packet is sent.
  expect(await failure(publicNameServers().cname("a..b"))).toMatch(
    /^no answer from this machine's name server .+: the question has no valid domain name$/,
  );
});
