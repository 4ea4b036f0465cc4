import { createSandbox, type Sandbox } from "../../src/sandbox/sandbox.ts";
import { evil } from "../ui/hostile.ts";
import type { Output } from "../ui/neutral-places.ts";
import { Process } from "./process.ts";

/** Of commands that change the sandbox or look at its topics. */
export const outputsOfSandbox: readonly Output[] = [
  ...["load cpu 80 --group", "reclaim-spot 1 --group", "confirm"].map((words) => ({
    what: `a name that sandbox ${words} does not know`,
    texts: ["message"],
    write: () => written(["sandbox", ...words.split(" "), evil("message")]),
  })),
  ...[
    ["load", evil("message"), "1"],
    ["load", "cpu", evil("message")],
    ["reclaim-spot", evil("message")],
  ].map((words) => ({
    what: `what is no argument of sandbox ${words[0]}`,
    texts: ["message"],
    write: () => written(["sandbox", ...words]),
  })),
  {
    what: "the URL that gets messages from then on",
    // A URL has no control characters. It may well have what turns text round.
    texts: [],
    write: async () => {
      const endpoint = "https://hooks.example.com/\u202econfirmed";
      const { sandbox, TopicArn } = await withTopic();
      await sandbox.call("sns", "Subscribe", { TopicArn, Protocol: "https", Endpoint: endpoint });
      return written(["sandbox", "confirm", endpoint], sandbox);
    },
  },
  {
    what: "an address that no message has reached",
    texts: ["endpoint"],
    write: () => written(["sandbox", "messages", evil("endpoint")]),
  },
  ...[[], ["--json"]].map((json) => ({
    what: `what topics have sent${json.join(" ")}`,
    texts: ["text"],
    write: async () => {
      const { sandbox, TopicArn } = await withTopic();
      await sandbox.call("sns", "Publish", { TopicArn, Message: evil("text") });
      // A subject has no control characters, either.
      await sandbox.call("sns", "Publish", { TopicArn, Message: "-", Subject: "a\u202esubject" });
      return written(["sandbox", "messages", ...json], sandbox);
    },
  })),
];

async function withTopic(): Promise<{ readonly sandbox: Sandbox; readonly TopicArn: string }> {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  const made: { TopicArn: string } = Object(
    await sandbox.call("sns", "CreateTopic", { Name: "t" }),
  );
  return { sandbox, TopicArn: made.TopicArn };
}

async function written(words: readonly string[], sandbox?: Sandbox): Promise<string> {
  const process = new Process({}, { ...(sandbox && { sandbox }) });
  await process.runWords(words);
  return process.stdout.text + process.stderr.text;
}
