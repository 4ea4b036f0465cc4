import { Writable } from "node:stream";

/** A stream that remembers what was written to it. */
export class Memory extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  get lines(): string[] {
    return this.text.split("\n");
  }
}
