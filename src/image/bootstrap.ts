import { createHash } from "node:crypto";
import { bash, quoteForBash } from "./bash.ts";
import { fetchStep } from "./fetch-step.ts";
import { leave } from "./runtime/leave.ts";
import { contentsFolder } from "./stored-contents.ts";

/** The build script and the contents that it needs, and where the builder gets them. */
export interface Bootstrap {
  readonly script: string;
  /** Of the gzipped script. Signed: whoever knows it can read the script. */
  readonly address: string;
  readonly contents: readonly StoredContent[];
}

interface StoredContent {
  /** Of the content, before it was gzipped: 64 hexadecimal digits. */
  readonly sha256: string;
  /** Signed, as the script's. */
  readonly address: string;
}

/** The longest time for fetching, in seconds. Every attempt fails within 20 seconds. */
const longestFetch = 300;

/**
 * Renders the user data of a builder whose script or application does not fit into user data, as specs/image.md
 * describes it. It fetches the contents and the script, verifies their SHA-256, and becomes the script. If that fails,
 * it says so in the protocol of the script's own console lines, and powers off.
 *
 * cloud-init is written in Python, so every base image has python3.
 *
 * @throws TypeError for a script without the header of a build script.
 */
export function renderBootstrap({ script, address, contents }: Bootstrap): string {
  const header = /^# reconcile-build: (.*)$/m.exec(script)?.[1] ?? "";
  const fact = (key: string) => {
    const value = new RegExp(`(?:^| )${key}=(\\S+)`).exec(header)?.[1];
    if (value === undefined) throw new TypeError(`the build script's header has no ${key}`);
    return value;
  };
  const sha256 = createHash("sha256").update(script).digest("hex");
  const start = `${fact("family")} ${fact("release")} steps=${fact("steps")} checks=${fact("checks")}`;
  const seconds = Math.min(longestFetch, Number(fact("timeout")));
  return [
    "#!/bin/bash",
    `# reconcile-bootstrap: format=2 hash=${fact("hash")} sha256=${sha256} timeout=${seconds}`,
    `readonly HASH=${fact("hash")} SHA256=${sha256} SECONDS_TO_FETCH=${seconds}`,
    `readonly START=${quoteForBash(start)}`,
    `readonly ADDRESS=${quoteForBash(address)}`,
    ...(contents.length === 0
      ? []
      : [
          `readonly CONTENTS=${quoteForBash(contents.map((each) => `${each.sha256} ${each.address}`).join(" "))}`,
        ]),
    bootstrap,
    "",
  ].join("\n");
}

const bootstrap = bash`
set -uo pipefail
umask 077
export LC_ALL=C HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
readonly work=/run/reconcile-bootstrap

say() {
  local text=\${2//[^ -~]/?} line sum
  said=$((said + 1))
  line="$said $1 \${text:0:200}"
  read -r sum _ < <(printf '%s' "$HASH $line" | sha256sum)
  report+="reconcile:\${HASH:0:16} $line ~\${sum:0:8}"$'\n'
}

show() { printf '%s' "$report" >/dev/console || true; } 2>/dev/null

# The addresses go through standard input, because every process can read arguments.
fetch() {
  echo "$SHA256 $ADDRESS \${CONTENTS-}" | python3 -c "$program" "$work/script" ${contentsFolder} "$SECONDS_TO_FETCH"
}

${leave}

program='
import gzip, hashlib, os, re, sys, time, urllib.error, urllib.request
script, folder, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
deadline = time.monotonic() + seconds
def store(address, file, sha256):
    seen = hashlib.sha256()
    with urllib.request.urlopen(address, timeout=20) as answer, gzip.open(answer) as content, open(file, "wb") as target:
        part = content.read(2**20)
        while part:
            seen.update(part)
            target.write(part)
            part = content.read(2**20)
    return seen.hexdigest() == sha256
def fetch(address, file, sha256, what):
    pause, refusals, why = 1, 0, "no attempt"
    while time.monotonic() < deadline:
        try:
            if store(address, file, sha256):
                return
            why = "the content has another SHA-256 than " + what
        except urllib.error.HTTPError as error:
            words = error.read(4096).decode("utf-8", "replace")
            code = re.search("<Code>([A-Za-z]+)</Code>", words)
            why = "S3 answered with status %d %s" % (error.code, code.group(1) if code else "")
            if error.code < 500 and error.code not in (408, 429):
                refusals += 1
        except Exception as error:
            why = "%s: %s" % (type(error).__name__, getattr(error, "reason", error))
        if refusals >= 5:
            break
        time.sleep(max(0, min(pause, deadline - time.monotonic())))
        pause = min(pause * 2, 15)
    print(why.strip())
    sys.exit(1)
os.makedirs(folder, 0o700, True)
words = sys.stdin.read().split()
files = [(script, "the build script")] + [(os.path.join(folder, each), "the files of the build") for each in words[2::2]]
for sha256, address, (file, what) in zip(words[::2], words[1::2], files):
    fetch(address, file, sha256, what)
'

said=0 report=
mkdir -p "$work"
trap 'leave poweroff o' EXIT
if output=$(fetch 2>&1); then
  trap - EXIT
  exec bash "$work/script"
fi
dmesg -n 1 || true
say start "$START"
say error '${fetchStep}'
while IFS= read -r line; do say output "$line"; done < <(tail -n 20 <<<"$output")
say verdict failed
show
show
trap - EXIT
leave poweroff o
`;
