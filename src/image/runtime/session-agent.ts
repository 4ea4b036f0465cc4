import { bash } from "../bash.ts";
import { agentKeyPath } from "../session-agent.ts";

/** The step that installs AWS's own package of the SSM Agent, where the distribution has none. */
export const sessionAgent = bash`
# install_session_agent URL: with the machine's architecture in place of ARCHITECTURE
install_session_agent() {
  step install_session_agent
  local package=/run/amazon-ssm-agent.deb
  python3 - "\${1/ARCHITECTURE/$(dpkg --print-architecture)}" "$package" <<'END'
import sys, time, urllib.request
url, package = sys.argv[1:]
for end in ("", ".sig"):
    for attempt in range(5):
        try:
            content = urllib.request.urlopen(url + end, timeout=60).read()
            break
        except Exception as error:
            print(error)
            time.sleep(2)
    else:
        sys.exit(f"cannot download {url}{end}")
    with open(package + end, "wb") as file:
        file.write(content)
END
  # Says what is wrong, and fails unless the key has signed exactly this file.
  gpgv --keyring ${agentKeyPath} "$package.sig" "$package"
  dpkg --install "$package"
  rm -f ${agentKeyPath} "$package" "$package.sig"
}
`;
