import { gunzipSync } from "node:zlib";
import type { Clock } from "../../src/engine/clock.ts";
import {
  readBootstrap,
  readBuildScript,
  readUserData,
} from "../../src/sandbox/guest/build-script.ts";
import type { Download } from "../../src/sandbox/guest/fetch-script.ts";
import { type GuestPlay, playGuest } from "../../src/sandbox/guest/guest.ts";
import { another, ec2Answer, elements, type QueryAnswer, type QueryRequest } from "./query.ts";

export type Send = (request: QueryRequest) => Promise<QueryAnswer>;

/**
 * A guest lives so many times faster than the account's clock: nothing of what is proved here
 * depends on the minutes that a build takes, and each of its looks at moto costs real time.
 */
const haste = 10;

interface Builder {
  readonly id: string;
  /** Milliseconds of the clock. */
  readonly startedAt: number;
  readonly play: GuestPlay;
  readonly launch: QueryRequest;
  off: boolean;
}

/**
 * What a guest does, and moto, which runs none, cannot:
 *
 * - It powers itself off when its build script has ended. For EC2 that is a stopped instance (its
 *   shutdown behaviour says so), so here the instance is stopped.
 * - It writes on its serial console. For a builder, GetConsoleOutput answers what it has written
 *   by then; for every other instance moto's own answer stays.
 *
 * Health in the load balancer needs no help: to moto every running instance is in service.
 */
export class Guests {
  readonly #clock: Clock;
  readonly #send: Send;
  readonly #download: (address: string) => Promise<ReturnType<Download>>;
  readonly #builders = new Map<string, Builder>();

  /** @param download what a guest gets from an address of S3. */
  constructor(
    clock: Clock,
    send: Send,
    download: (address: string) => Promise<ReturnType<Download>>,
  ) {
    this.#clock = clock;
    this.#send = send;
    this.#download = download;
  }

  /** Answers a request as an account with guests would. */
  async answer(request: QueryRequest): Promise<QueryAnswer> {
    await this.#powerOff();
    const answer = await this.#send(request);
    if (answer.status !== 200 || request.service !== "ec2") return answer;
    if (request.action === "RunInstances") await this.#boot(request, answer);
    if (request.action !== "GetConsoleOutput") return answer;
    const builder = this.#builders.get(request.form.get("InstanceId") ?? "");
    return builder === undefined ? answer : this.#console(builder);
  }

  async #boot(request: QueryRequest, answer: QueryAnswer): Promise<void> {
    const userData = Buffer.from(request.form.get("UserData") ?? "", "base64");
    const text = readUserData(userData) ?? "";
    const bootstrap = readBootstrap(text);
    const addresses = bootstrap === undefined ? [] : [bootstrap, ...bootstrap.contents];
    const downloaded = new Map<string, ReturnType<Download>>();
    for (const { address } of addresses) downloaded.set(address, await this.#download(address));
    const packed = downloaded.get(bootstrap?.address ?? "");
    const script = packed instanceof Uint8Array ? gunzipSync(packed).toString() : text;
    const header = readBuildScript(script)?.header;
    if (header === undefined) return;
    for (const id of elements(answer, "instanceId")) {
      const startedAt = this.#clock.now();
      const play = playGuest({
        instanceId: id,
        family: header.get("family") ?? "",
        release: header.get("release") ?? "",
        userData,
        startedAt,
        download: (address) => downloaded.get(address),
      });
      this.#builders.set(id, { id, startedAt, play, launch: request, off: false });
    }
  }

  async #powerOff(): Promise<void> {
    for (const builder of this.#builders.values()) {
      const { play, startedAt, id, launch } = builder;
      const end = startedAt + (play.afterSeconds * 1000) / haste;
      if (builder.off || play.outcome !== "powered-off" || this.#clock.now() < end) continue;
      builder.off = true;
      await this.#send(another(launch, "StopInstances", { "InstanceId.1": id }));
    }
  }

  #console({ id, startedAt, play }: Builder): QueryAnswer {
    const text = play.console
      .filter(({ afterSeconds }) => startedAt + (afterSeconds * 1000) / haste <= this.#clock.now())
      .map((line) => `${line.text}\n`)
      .join("");
    const output = Buffer.from(text).subarray(-LAST_BYTES).toString("base64");
    const timestamp = new Date(this.#clock.now()).toISOString();
    return ec2Answer(
      "GetConsoleOutput",
      `<instanceId>${id}</instanceId><timestamp>${timestamp}</timestamp><output>${output}</output>`,
    );
  }
}

/** "GetConsoleOutput", Amazon EC2 API Reference: "the most recent 64 KB". */
const LAST_BYTES = 64 * 1024;
