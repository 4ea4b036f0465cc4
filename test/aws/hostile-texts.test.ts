import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { certificateBundle } from "../../src/aws/certificate-bundle.ts";
import { createClients } from "../../src/aws/clients.ts";
import { destinationOf } from "../../src/aws/destination.ts";
import { lookUpAccount } from "../../src/aws/facts.ts";
import { evil, faultsOf } from "../ui/hostile.ts";
import {
  isNeeded,
  lineOf,
  type Output,
  outputsByPlace,
  placesInSources,
} from "../ui/neutral-places.ts";
import { openEndpoint, openProxy } from "./loopback.ts";

vi.mock("../../src/aws/neutral-words.ts", async (importOriginal) => {
  const { watchedWords } = await import("../ui/neutral-places.ts");
  return watchedWords(await importOriginal());
});

beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|_proxy$/i.test(name)) vi.stubEnv(name, undefined);
  }
  // The random part of every wait is nothing.
  vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
});

function clientsOf(endpoint?: string) {
  const clients = createClients({
    region: "ap-southeast-2",
    ...(endpoint !== undefined && { endpoint }),
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  onTestFinished(() => clients.destroy());
  return clients;
}

/** The message that a call ends with. */
async function failing(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("it did not fail");
}

/** Of a call whose endpoint sends this, to the byte. */
async function answered(raw: string): Promise<string> {
  const endpoint = await openEndpoint((_request, response) => {
    response.socket?.end(Buffer.from(raw, "latin1"));
  });
  const { ec2 } = clientsOf(endpoint.url);
  return failing(() => ec2.send(new DescribeVpcsCommand({})));
}

/** A header may hold no control character of ASCII, and Node takes those beyond it. */
const turning = (where: string) => `${where}\u009b2J`;

const outputs: readonly Output[] = [
  {
    what: "where an answer leads to",
    texts: [],
    write: () => answered(`HTTP/1.1 302 Found\r\nlocation: ${turning("http://login")}\r\n\r\n`),
  },
  {
    what: "the type of an answer",
    texts: [],
    write: () =>
      answered(`HTTP/1.1 404 None\r\ncontent-type: ${turning("text/html")}\r\n\r\nnot here`),
  },
  {
    what: "an answer",
    texts: ["page"],
    write: () => {
      const body = Buffer.from(`<html>${evil("page")}</html>`).toString("latin1");
      return answered(`HTTP/1.1 404 None\r\ncontent-type: text/html\r\n\r\n${body}`);
    },
  },
  {
    what: "the account",
    texts: ["account"],
    write: async () => {
      const account = evil("account").replaceAll("\u001b", "&#27;");
      const body = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
      const endpoint = await openEndpoint((_request, response) => {
        response.writeHead(200, { "content-type": "text/xml" }).end(body);
      });
      return failing(() => lookUpAccount(clientsOf(endpoint.url)));
    },
  },
  {
    what: "why a proxy refuses",
    texts: [],
    write: async () => {
      const proxy = await openProxy({
        answer: (socket) => {
          const words = `HTTP/1.1 403 ${turning("never")}\r\ncontent-length: 0\r\n\r\n`;
          socket.end(Buffer.from(words, "latin1"));
        },
      });
      vi.stubEnv("HTTPS_PROXY", proxy.url);
      const text = await failing(() => clientsOf().ec2.send(new DescribeVpcsCommand({})));
      vi.stubEnv("HTTPS_PROXY", undefined);
      return text;
    },
  },
  {
    what: "the path of certificates",
    texts: ["path"],
    write: async () => {
      vi.stubEnv("AWS_CA_BUNDLE", evil("path"));
      const text = await failing(() => certificateBundle(undefined));
      vi.stubEnv("AWS_CA_BUNDLE", undefined);
      return text;
    },
  },
  {
    what: "the host that is asked",
    texts: ["host"],
    write: async () => destinationOf({ protocol: "https:", hostname: evil("host") }, {}).url,
  },
];

describe("of what comes from outside, nothing is obeyed and all is shown:", () => {
  test.each(outputs)("$what", async ({ write, texts }) => {
    expect(faultsOf(await write(), texts)).toEqual([]);
  });
});

test("at each place that makes a text neutral, a text would be obeyed without it", async () => {
  const passing = await outputsByPlace(outputs);
  expect([...passing.keys()].map(lineOf).sort()).toEqual(placesInSources("src/aws"));

  const needless: string[] = [];
  for (const [place, passed] of passing) {
    if (!(await isNeeded(place, passed))) needless.push(place);
  }
  expect(needless).toEqual([]);
});
