import { describe, expect, test } from "vitest";
import { decodeReply, encodeQuestion } from "../../src/dns/message.ts";
import { NameServerError } from "../../src/dns/name-servers.ts";
import fc from "../fast-check.ts";
import { encodedName } from "./name-server.ts";

/** A reply whose question is www.example.com, at byte 12, with this one record as its answer. */
function replyWith(record: Buffer, count = 1): Buffer {
  const header = Buffer.from([0, 7, 0x84, 0, 0, 1, 0, count, 0, 0, 0, 0]);
  return Buffer.concat([header, encodedName("www.example.com"), Buffer.of(0, 1, 0, 1), record]);
}

/** The fields between the name of a record and its data. */
function fields(type: number, length: number): Buffer {
  return Buffer.of(0, type, 0, 1, 0, 0, 1, 44, length >> 8, length & 255);
}

/** A pointer to a byte of the message (RFC 1035, 4.1.4). */
const pointer = (to: number) => Buffer.of(0xc0 | (to >> 8), to & 255);
const question = 12;
const exampleCom = question + 4;

describe("a question", () => {
  test("is written as RFC 1035 has it, and asks nobody else", () => {
    expect(encodeQuestion(0x1234, { name: "a.b", type: "NS" }).toString("hex")).toBe(
      ["12340000", "0001000000000001", "0161016200", "00020001", "00002904d0000000000000"].join(""),
    );
  });

  test.each(["a..b", "", `${"a".repeat(64)}.com`, `${"abcdefg.".repeat(32)}com`])(
    "for no domain name is refused: %j",
    (name) => {
      expect(() => encodeQuestion(1, { name, type: "NS" })).toThrow(NameServerError);
    },
  );
});

describe("a reply", () => {
  test("has names that continue elsewhere", () => {
    const value = Buffer.concat([Buffer.from("\x02_b"), pointer(exampleCom)]);
    const packet = replyWith(Buffer.concat([pointer(question), fields(5, value.length), value]));
    expect(decodeReply(packet)).toMatchObject({
      id: 7,
      authoritative: true,
      truncated: false,
      code: 0,
      answers: [{ name: "www.example.com", type: "CNAME", value: "_b.example.com" }],
    });
  });

  test("has addresses, and records that nobody asked for are skipped", () => {
    const packet = replyWith(
      Buffer.concat([
        ...[pointer(question), fields(16, 2), Buffer.from("\x01a")],
        ...[pointer(question), fields(1, 4), Buffer.of(192, 0, 2, 1)],
        ...[pointer(question), fields(28, 16), Buffer.from(`20010db8${"0".repeat(23)}1`, "hex")],
      ]),
      3,
    );
    expect(decodeReply(packet).answers.map(({ value }) => value)).toEqual([
      "192.0.2.1",
      "2001:db8:0:0:0:0:0:1",
    ]);
  });

  test("has no bytes that control a terminal, and no dot within a label", () => {
    const value = encodedName("\x1b[2J\xff\\.com");
    const dotted = Buffer.concat([Buffer.from("\x03a.b"), pointer(exampleCom)]);
    const packet = replyWith(
      Buffer.concat([
        ...[pointer(question), fields(5, value.length), value],
        ...[pointer(question), fields(5, dotted.length), dotted],
      ]),
      2,
    );
    expect(decodeReply(packet).answers.map((answer) => answer.value)).toEqual([
      "\\027[2J\\255\\\\.com",
      "a\\.b.example.com",
    ]);
  });

  const long = Buffer.concat([Buffer.from(`${"\x07abcdefg".repeat(32)}`), Buffer.of(0)]);
  test.each<[string, Buffer]>([
    ["is empty", Buffer.alloc(0)],
    ["ends within its record", replyWith(pointer(question))],
    ["ends within its data", replyWith(Buffer.concat([pointer(question), fields(1, 4)]))],
    ["has a name that leads to itself", replyWith(pointer(33))],
    ["has a name that leads forwards", replyWith(pointer(40))],
    ["has a label of a reserved kind", replyWith(Buffer.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))],
    ["has a name without an end", replyWith(Buffer.concat([long, fields(1, 4), Buffer.alloc(4)]))],
    [
      "has an address of a wrong length",
      replyWith(Buffer.concat([pointer(question), fields(1, 3), Buffer.alloc(3)])),
    ],
  ])("that %s is refused", (_what, packet) => {
    expect(() => decodeReply(packet)).toThrow(RangeError);
  });

  test("whose header counts more records than it has is refused", () => {
    // A decoder that loses its place behind the SSHFP record reads the header as an NSEC record, again and again.
    const header = Buffer.from([0, 0, 0x2f, 0, 0, 0, 0, 1, 255, 255, 255, 0]);
    const unknownHash = Buffer.of(1, 9);
    const sshfp = Buffer.concat([Buffer.of(0), fields(44, unknownHash.length), unknownHash]);
    const rest = Buffer.alloc(1232 - header.length - sshfp.length, 255);
    expect(() => decodeReply(Buffer.concat([header, sshfp, rest]))).toThrow(RangeError);
  });

  test("is as long as the question allows, and no longer", () => {
    const record = Buffer.concat([pointer(question), fields(1, 4), Buffer.of(192, 0, 2, 1)]);
    const packet = replyWith(record);
    const padded = (length: number) =>
      Buffer.concat([packet, Buffer.alloc(length - packet.length)]);
    expect(decodeReply(padded(1232)).answers).toHaveLength(1);
    expect(() => decodeReply(padded(1233))).toThrow(RangeError);
  });

  test("is read or refused, whatever its bytes", () => {
    const outcome = (packet: Buffer) => {
      try {
        return Array.isArray(decodeReply(packet).answers);
      } catch (error) {
        return error instanceof RangeError;
      }
    };
    const bytes = fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all));
    fc.assert(fc.property(bytes, (all) => outcome(all)));
    // Behind a header that lets the decoder get there.
    fc.assert(fc.property(bytes, (all) => outcome(replyWith(all, 3))));
  });
});
