import type { Sabotage } from "./sabotage.ts";

/** A setting of the application's service undone, as an administrator would. */
const service = (settings: string) =>
  `mkdir -p /etc/systemd/system/application.service.d
printf "[Service]\\n${settings}\\n" >/etc/systemd/system/application.service.d/x.conf
systemctl daemon-reload
systemctl restart application`
    .split("\n")
    .join("; ");

/** Another program in place of the application's, line by line. */
const program = (...lines: readonly string[]) =>
  `printf '%s\\n' ${lines.map((line) => `"${line}"`).join(" ")} >/opt/application/source/tiny_app.py; systemctl restart application`;

/** A server of Python's own, with these commands in place of an answer. */
const ownServer = (...commands: readonly string[]) =>
  `${program(
    "from http.server import BaseHTTPRequestHandler as Base, HTTPServer",
    "class Handler(Base):",
    "    def do_GET(self):",
    ...commands.map((command) => `        ${command}`),
    "HTTPServer(('0.0.0.0', 80), Handler).serve_forever()",
  )}; printf '#!/bin/bash\\nexec python3 tiny_app.py\\n' >/opt/application/start; systemctl restart application`;

/** The checks that need a running application. */
export const running = ["user", "confined", "restarts", "answers", "limits", "boot"].map(
  (name) => `application:${name}`,
);

export const applicationRows: readonly Sabotage[] = [
  [
    // Its HOME becomes somebody else's, too.
    ["application:user", "application:confined", "application:code"],
    "the application runs as somebody else",
    service("User=nobody\\nGroup=nogroup"),
  ],
  [["application:user"], "the application's user can log in", "usermod --shell /bin/bash afterpay"],
  [
    ["application:confined"],
    "the application has another capability",
    service("CapabilityBoundingSet=CAP_NET_RAW\\nAmbientCapabilities=CAP_NET_RAW"),
  ],
  [["application:confined"], "the application sees a writable system", service("ProtectSystem=no")],
  [
    ["application:confined"],
    "the application has another group and may write to a part of the system, each of which fails alone",
    service("SupplementaryGroups=disk\\nReadWritePaths=/etc"),
  ],
  [
    ["application:confined"],
    "a command before the confined process runs as root",
    service("ExecStartPre=+/bin/true"),
  ],
  [running.slice(2), "the application, killed, does not restart", service("Restart=no")],
  [
    ["application:answers"],
    "the application answers with an error",
    program("def app(e, s): s('500 No', []); return []"),
  ],
  [
    ["application:answers"],
    "the application answers below 500, but not as the load balancer wants",
    program("def app(e, s): s('404 Not Found', []); return [b'x']"),
  ],
  [
    ["application:answers"],
    "the application redirects the health check",
    program("def app(e, s): s('301 Moved', [('Location', '/x')]); return [b'x']"),
  ],
  [
    ["application:answers"],
    "the application answers another name than the server's address",
    program(
      "def app(e, s):",
      "    ok = e.get('HTTP_HOST') == 'localhost'",
      "    s('200 OK' if ok else '500 Bad Host', []); return [b'x']",
    ),
  ],
  [
    ["application:answers"],
    "the application answers on loopback alone",
    "sed -i 's/0.0.0.0:80/127.0.0.1:80/' /opt/application/start; systemctl restart application",
  ],
  [
    ["application:answers"],
    "the answer does not say where it ends",
    ownServer("self.send_response(200)", "self.end_headers()", "self.wfile.write(b'x')"),
  ],
  [["application:answers"], "what answers speaks no HTTP", ownServer("self.wfile.write(b'200')")],
  [
    ["application:code"],
    "the application's user owns its sources",
    "chown -R afterpay /opt/application/source",
  ],
  [
    ["application:code"],
    "a group of the user may write its environment",
    "chgrp afterpay /opt/application/environment/bin; chmod g+w /opt/application/environment/bin",
  ],
  [
    ["application:code"],
    "its folder of sources is a link to one of its own",
    "mv /opt/application/source /srv/s; ln -s /srv/s /opt/application/source; chown afterpay /srv/s",
  ],
  [
    ["integrity:writable", "application:code"],
    "its parent folder is the user's",
    "chown afterpay /opt",
  ],
  [
    ["integrity:writable", "application:code"],
    "everybody may write its service",
    "chmod 0666 /etc/systemd/system/application.service",
  ],
  [
    ["integrity:setuid", "application:code"],
    "a folder for additions to its service is the user's",
    "install -d -o afterpay /etc/systemd/system/application.service.d",
  ],
  [["application:limits"], "its service has its own limit", service("LimitNOFILE=1024")],
  [
    ["application:limits"],
    "a process of it has another limit",
    "sed -i '1a (ulimit -Sn 99; exec sleep 900) \\&' /opt/application/start; systemctl restart application",
  ],
  [["application:limits"], "it may dump cores", service("LimitCORE=infinity")],
  [["application:journal"], "the application's log goes nowhere", service("StandardOutput=null")],
  [["application:boot"], "the application does not start at boot", "systemctl disable application"],
];
