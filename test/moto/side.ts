import { DescribeImagesCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { type AccountClients, send } from "./account-clients.ts";
import { describeAccount } from "./account-description.ts";
import { type Call, type Kind, missing } from "./call-sequences.ts";

/** Both worlds' catalogues have it. */
const baseImage = "al2023-ami-2023.9.20251117.1-kernel-6.1-x86_64";

interface Place {
  readonly vpc: string;
  readonly subnet: string;
  /** The id of the base image. */
  readonly base: string;
}

interface Said {
  /** "ok", or the error's code. */
  readonly said: string;
  readonly words: string;
  /** Makes what the call made known to later calls. */
  keep(): void;
}

/** One of two accounts that the same calls go to. */
export class Side {
  readonly #clients: AccountClients;
  readonly #made = new Map<Kind, string[]>();
  readonly #place: Place;

  private constructor(clients: AccountClients, place: Place) {
    this.#clients = clients;
    this.#place = place;
  }

  static async open(clients: AccountClients): Promise<Side> {
    const { Subnets = [] } = await clients.ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: "default-for-az", Values: ["true"] }] }),
    );
    const [first] = Subnets.sort((one, other) =>
      (one.AvailabilityZone ?? "") < (other.AvailabilityZone ?? "") ? -1 : 1,
    );
    const { Images = [] } = await clients.ec2.send(
      new DescribeImagesCommand({ Filters: [{ Name: "name", Values: [baseImage] }] }),
    );
    const base = Images[0]?.ImageId ?? "";
    return new Side(clients, { vpc: first?.VpcId ?? "", subnet: first?.SubnetId ?? "", base });
  }

  async call({ service, operation, input, makes }: Call): Promise<Said> {
    try {
      const resolved = this.#resolve(input) as object;
      const answer = await send(this.#clients, service, operation, resolved);
      return {
        said: "ok",
        words: "",
        keep: () => {
          if (makes === undefined) return;
          const ids = this.#made.get(makes.kind) ?? [];
          this.#made.set(makes.kind, [...ids, makes.id(answer)]);
        },
      };
    } catch (error) {
      if (!(error instanceof Error) || !("$metadata" in error)) throw error;
      const { httpStatusCode } = Object(error.$metadata) as { httpStatusCode?: number };
      const said = httpStatusCode === 500 ? "crash" : error.name;
      return { said, words: error.message, keep: () => {} };
    }
  }

  describe(): Promise<object> {
    return describeAccount(this.#clients, (id = "none") => this.#nameOf(id));
  }

  #nameOf(id: string): string {
    for (const [kind, ids] of this.#made) {
      if (ids.includes(id)) return `${kind} ${ids.indexOf(id)}`;
    }
    return /^(sg|ami|i|lt)-/.test(id) ? id.replace(/-.*/, "-another") : id;
  }

  #resolve(value: unknown): unknown {
    if (typeof value === "string" && value.startsWith("$")) {
      const name = value.slice(1);
      if (name === "vpc" || name === "subnet" || name === "base") return this.#place[name];
      const [kind, index] = value.slice(1).split(":") as [Kind, string];
      return this.#made.get(kind)?.[Number(index)] ?? missing[kind];
    }
    if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.#resolve(each));
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, this.#resolve(each)]),
    );
  }
}
