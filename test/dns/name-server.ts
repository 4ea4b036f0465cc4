import { createSocket } from "node:dgram";

const numbers = { A: 1, NS: 2, CNAME: 5, AAAA: 28 } as const;

/** A record as a zone file has it: the name, the type, the value. */
export type Entry = readonly [name: string, type: "A" | "NS" | "CNAME" | "AAAA", value: string];

export interface Asked {
  readonly name: string;
  readonly type: string;
  /** Whether the server should ask others for the answer, as a machine's own name server does. */
  readonly recursive: boolean;
}

/** What a server replies. By default it has the zone, and no error. */
export interface Reply {
  readonly code?: number;
  readonly authoritative?: boolean;
  readonly truncated?: boolean;
  readonly answers?: readonly Entry[];
  readonly authority?: readonly Entry[];
  readonly additional?: readonly Entry[];
  /** Instead of all else. */
  readonly raw?: (id: number) => readonly Buffer[];
}

export interface NameServer {
  readonly port: number;
  /** As "CNAME www.example.com". */
  readonly questions: readonly string[];
  close(): Promise<void>;
}

/** A name server on this machine. Where `reply` returns nothing, it stays silent. */
export async function startNameServer(
  reply: (asked: Asked) => Reply | undefined,
): Promise<NameServer> {
  const socket = createSocket("udp4");
  const questions: string[] = [];
  socket.on("message", (packet, { port, address }) => {
    const { asked, end } = questionIn(packet);
    questions.push(`${asked.type} ${asked.name}`);
    const replied = reply(asked);
    if (replied === undefined) return;
    const id = packet.readUInt16BE(0);
    const messages = replied.raw?.(id) ?? [message(packet, end, replied)];
    for (const one of messages) socket.send(one, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    port: socket.address().port,
    questions,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function questionIn(packet: Buffer): { asked: Asked; end: number } {
  const labels: string[] = [];
  let position = 12;
  for (let length = packet.readUInt8(position); length > 0; length = packet.readUInt8(position)) {
    labels.push(packet.toString("latin1", position + 1, position + 1 + length));
    position += 1 + length;
  }
  const number = packet.readUInt16BE(position + 1);
  const type = Object.entries(numbers).find(([, one]) => one === number)?.[0] ?? String(number);
  const recursive = (packet.readUInt16BE(2) & 0x0100) !== 0;
  return { asked: { name: labels.join("."), type, recursive }, end: position + 5 };
}

function message(question: Buffer, end: number, reply: Reply): Buffer {
  const { code = 0, authoritative = true, truncated = false } = reply;
  const sections = [reply.answers ?? [], reply.authority ?? [], reply.additional ?? []];
  const header = Buffer.alloc(12);
  question.copy(header, 0, 0, 2);
  const flags = 0x8000 | (authoritative ? 0x0400 : 0) | (truncated ? 0x0200 : 0) | code;
  header.writeUInt16BE(flags | (question.readUInt16BE(2) & 0x0100), 2);
  for (const [index, count] of [1, ...sections.map(({ length }) => length)].entries()) {
    header.writeUInt16BE(count, 4 + 2 * index);
  }
  return Buffer.concat([header, question.subarray(12, end), ...sections.flat().map(record)]);
}

function record([name, type, value]: Entry): Buffer {
  const data =
    type === "A"
      ? Buffer.from(value.split(".").map(Number))
      : type === "AAAA"
        ? Buffer.from(
            value
              .split(":")
              .map((part) => part.padStart(4, "0"))
              .join(""),
            "hex",
          )
        : encodedName(value);
  const fields = Buffer.alloc(10);
  fields.writeUInt16BE(numbers[type], 0);
  fields.writeUInt16BE(1, 2);
  fields.writeUInt32BE(300, 4);
  fields.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodedName(name), fields, data]);
}

export function encodedName(name: string): Buffer {
  const labels = name === "" ? [] : name.split(".").map((label) => Buffer.from(label, "latin1"));
  return Buffer.concat([...labels.flatMap((one) => [Buffer.of(one.length), one]), Buffer.of(0)]);
}
