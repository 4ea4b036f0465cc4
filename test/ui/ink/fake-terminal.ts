import { PassThrough, Writable } from "node:stream";
import headless from "@xterm/headless";

/** A terminal of which a test is the other side: what is written is interpreted, what is typed is sent. */
export class FakeTerminal {
  readonly stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode: (raw: boolean) => {
      this.stdin.isRaw = raw;
      return this.stdin;
    },
    ref: () => this.stdin,
    unref: () => this.stdin,
  });
  readonly stdout: Writable & { isTTY: true; columns: number; rows: number };
  /** Everything that was written, in pieces as it was written. */
  readonly written: string[] = [];
  readonly #screen: InstanceType<typeof headless.Terminal>;

  constructor(columns = 80, rows = 24) {
    this.#screen = new headless.Terminal({
      cols: columns,
      rows,
      scrollback: 1000,
      allowProposedApi: true,
      // As the line discipline of a real terminal does with what a program writes.
      convertEol: true,
    });
    const stream = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, written) => {
        this.written.push(chunk);
        this.#screen.write(chunk, written);
      },
    });
    this.stdout = Object.assign(stream, { isTTY: true as const, columns, rows });
  }

  type(text: string): void {
    this.stdin.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    Object.assign(this.stdout, { columns, rows });
    this.stdout.emit("resize");
  }

  /** Everything on the screen and above it, without the blank rows at its end. */
  async lines(): Promise<string[]> {
    await new Promise<void>((resolve) => this.#screen.write("", resolve));
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, row) =>
      (active.getLine(row)?.translateToString(true) ?? "").trimEnd(),
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** The lines as somebody would copy them: what the terminal folded itself is one. */
  async copied(): Promise<string[]> {
    const rows = await this.lines();
    const { active } = this.#screen.buffer;
    const copied: string[] = [];
    for (const [row, text] of rows.entries()) {
      if (active.getLine(row)?.isWrapped === true) copied.push(`${copied.pop() ?? ""}${text}`);
      else copied.push(text);
    }
    return copied;
  }

  /** Whether the cursor is to be seen, as the last that was said of it. */
  get isCursorVisible(): boolean {
    const all = this.written.join("");
    return all.lastIndexOf("\u001b[?25h") >= all.lastIndexOf("\u001b[?25l");
  }
}
