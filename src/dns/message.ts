import { NameServerError } from "./name-servers.ts";
import { withoutTrailingDot } from "./names.ts";

/** The numbers of the types that are asked for or read (RFC 1035, 3.2.2; RFC 3596, 2.1). */
const typeNumbers = { A: 1, NS: 2, CNAME: 5, AAAA: 28 } as const;

type RecordTypeName = keyof typeof typeNumbers;

/** What is asked about a name. The name has no trailing dot. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordTypeName;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: RecordTypeName;
  /** An address or a name, without a trailing dot. */
  readonly value: string;
}

/** A reply of a name server, with its records of the types above. */
export interface DnsReply {
  readonly id: number;
  /** Whether the server has the zone itself, and does not only know somebody who has (RFC 1035, 4.1.1: AA). */
  readonly authoritative: boolean;
  /** Whether records are missing, because they did not fit into the packet (TC). */
  readonly truncated: boolean;
  /** The RCODE: 0 without an error, 3 if the name does not exist. */
  readonly code: number;
  readonly answers: readonly DnsRecord[];
  /** A server that delegates the name's zone names the zone's servers here, and answers nothing (RFC 1034, 4.3.2). */
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

const headerLength = 12;
const internet = 1;
/** A size that crosses every usual network in one piece (DNS Flag Day 2020). */
const largestReply = 1232;

/** The packet of a question to the server that has the zone: it does not ask for recursion. */
export function encodeQuestion(id: number, { name, type }: DnsQuestion): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(1, 10);
  const asked = Buffer.alloc(4);
  asked.writeUInt16BE(typeNumbers[type], 0);
  asked.writeUInt16BE(internet, 2);
  // The OPT record says how long a reply may be (RFC 6891, 6.1.2). Without it, the limit is 512 bytes.
  const options = Buffer.alloc(11);
  options.writeUInt16BE(41, 1);
  options.writeUInt16BE(largestReply, 3);
  return Buffer.concat([header, encodeName(name), asked, options]);
}

/** A label has at most 63 bytes, a name 255 (RFC 1035, 2.3.4). */
const longestLabel = 63;
const longestName = 255;

function encodeName(name: string): Buffer {
  const labels = withoutTrailingDot(name)
    .split(".")
    .map((label) => Buffer.from(label));
  const encoded = Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), label]),
    Buffer.of(0),
  ]);
  if (
    encoded.length > longestName ||
    labels.some(({ length }) => length === 0 || length > longestLabel)
  ) {
    throw new NameServerError(`"${name}" is not a domain name`);
  }
  return encoded;
}

/**
 * Not the package `dns-packet`: after an SSHFP record with an unknown kind of hash, its version 5.6.1 reads the packet
 * from its beginning again, for each further record that the header counts. One packet of 1,232 bytes fills the memory.
 *
 * @throws RangeError if the packet is no DNS message.
 */
export function decodeReply(packet: Buffer): DnsReply {
  if (packet.length > largestReply) throw new RangeError("a reply longer than the question allows");
  const flags = packet.readUInt16BE(2);
  let position = headerLength;
  for (let rest = packet.readUInt16BE(4); rest > 0; rest--) {
    position = nameAt(packet, position).end + 4;
  }
  const section = (count: number): readonly DnsRecord[] => {
    const records: DnsRecord[] = [];
    for (let rest = count; rest > 0; rest--) {
      const { record, end } = recordAt(packet, position);
      if (record !== undefined) records.push(record);
      position = end;
    }
    return records;
  };
  return {
    id: packet.readUInt16BE(0),
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    code: flags & 0x000f,
    answers: section(packet.readUInt16BE(6)),
    authority: section(packet.readUInt16BE(8)),
    additional: section(packet.readUInt16BE(10)),
  };
}

function recordAt(packet: Buffer, start: number): { record: DnsRecord | undefined; end: number } {
  const { name, end: fields } = nameAt(packet, start);
  const number = packet.readUInt16BE(fields);
  const data = fields + 10;
  const end = data + packet.readUInt16BE(fields + 8);
  if (end > packet.length) throw new RangeError("a record goes beyond its packet");
  const type = typeNamed(number);
  if (type === undefined) return { record: undefined, end };
  return { record: { name, type, value: valueAt(packet, type, data, end) }, end };
}

function typeNamed(number: number): RecordTypeName | undefined {
  return (["A", "NS", "CNAME", "AAAA"] as const).find((type) => typeNumbers[type] === number);
}

function valueAt(packet: Buffer, type: RecordTypeName, start: number, end: number): string {
  if (type === "NS" || type === "CNAME") return nameAt(packet, start).name;
  if (end - start !== (type === "A" ? 4 : 16)) throw new RangeError("an address of a wrong length");
  if (type === "A") return packet.subarray(start, end).join(".");
  return Array.from({ length: 8 }, (_, index) =>
    packet.readUInt16BE(start + 2 * index).toString(16),
  ).join(":");
}

/** The name at a position, and where the rest of the message continues. */
function nameAt(packet: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let end: number | undefined;
  let position = start;
  // Pointers of a wrong packet may lead in a circle. A right one leads to an earlier place (RFC 1035, 4.1.4).
  let earliest = start;
  let total = 0;
  for (;;) {
    const length = packet.readUInt8(position);
    if (length === 0) return { name: labels.join("."), end: end ?? position + 1 };
    if (length >= 0xc0) {
      end ??= position + 2;
      position = packet.readUInt16BE(position) & 0x3fff;
      if (position >= earliest) throw new RangeError("a name that leads forwards");
      earliest = position;
    } else {
      const label = packet.subarray(position + 1, position + 1 + length);
      total += 1 + length;
      if (length > longestLabel || label.length < length || total >= longestName) {
        throw new RangeError("a name of a wrong length");
      }
      labels.push(printable(label));
      position += 1 + length;
    }
  }
}

/** A label may have any byte. Those that would confuse a reader or a terminal are written as in RFC 1035, 5.1. */
function printable(label: Buffer): string {
  return label.toString("latin1").replace(/[^!-~]|[.\\]/g, (byte) => {
    const escaped = /[.\\]/.test(byte) ? byte : String(byte.charCodeAt(0)).padStart(3, "0");
    return `\\${escaped}`;
  });
}
