import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { codeOfFailure, failureWords, noReply, type QuestionLimits } from "./failure-words.ts";
import { type DnsQuestion, type DnsReply, decodeReply, encodeQuestion } from "./message.ts";
import { NameServerError } from "./name-servers.ts";

/** Where a name server listens. */
export interface NameServerEndpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * The reply of one name server, over UDP (RFC 1035, 4.2.1). `node:dns` cannot ask this: it takes a
 * delegation, which is a reply without an answer, for "no such record".
 *
 * @throws NameServerError With only the reason; who was asked, the caller knows.
 */
export async function askDirectly(
  { address, port }: NameServerEndpoint,
  question: DnsQuestion,
  limits: QuestionLimits,
): Promise<DnsReply> {
  const { timeout, signal } = limits;
  signal.throwIfAborted();
  const id = randomInt(0x10000);
  const packet = encodeQuestion(id, question);
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  let timer: NodeJS.Timeout | undefined;
  let abort = () => {};
  try {
    return await new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(unsent(error));
      timer = setTimeout(() => reject(new NameServerError(noReply(limits))), timeout);
      abort = () => reject(signal.reason);
      signal.addEventListener("abort", abort);
      socket.on("error", fail);
      socket.on("message", (data) => {
        const reply = decoded(data);
        // Anybody can send a packet with a forged sender, but does not know the number (RFC 5452, 9.1).
        if (reply?.id === id) resolve(reply);
      });
      // A connected socket takes packets from this server alone, and learns that nobody listens there.
      socket.connect(port, address, (error?: Error) => {
        if (error instanceof Error) fail(error);
        else socket.send(packet, (failure) => failure !== null && fail(failure));
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    socket.close();
  }
}

function unsent(error: Error): Error {
  const code = codeOfFailure(error);
  return code === undefined ? error : new NameServerError(failureWords(code), { cause: error });
}

function decoded(packet: Buffer): DnsReply | undefined {
  try {
    return decodeReply(packet);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
