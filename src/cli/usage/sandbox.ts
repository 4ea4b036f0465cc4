import type { AddCommand } from "./command.ts";

export const addSandbox: AddCommand = (program, start) => {
  const sandbox = program
    .command("sandbox")
    .description("serve, inspect, change or empty the embedded AWS of the current directory");
  sandbox
    .command("serve")
    .description("serve the sandbox on loopback, for any AWS client")
    .option("--port <port>", "port on 127.0.0.1; 0 picks a free port", "4566")
    .action((options: { port: string }) =>
      start("sandbox serve", async (session) =>
        (await import("../commands/sandbox.ts")).serve(session, options.port),
      ),
    );
  sandbox
    .command("show")
    .description("list everything in the sandbox")
    .action(() =>
      start("sandbox", async (session) => (await import("../commands/sandbox.ts")).show(session)),
    );
  sandbox
    .command("reset")
    .description("empty the sandbox")
    .action(() =>
      start("sandbox", async (session) => (await import("../commands/sandbox.ts")).reset(session)),
    );
  sandbox
    .command("call")
    .argument(
      "<service>",
      "ec2, autoscaling, elb, elbv2, cloudwatch, sns, acm, route53, wafv2, s3, iam, ssm, secretsmanager or sts",
    )
    .argument("<Operation>", "for example TerminateInstances")
    .argument("[input]", "the call's parameters as JSON", "{}")
    .description("make one API call, for example to cause drift and see it corrected")
    .action((service: string, operation: string, input: string) =>
      start("sandbox", async (session) =>
        (await import("../commands/sandbox.ts")).call(session, service, operation, input),
      ),
    );
  sandbox
    .command("publish-image")
    .argument("[family]", "amazon-linux-2023, ubuntu-24.04 or debian-12", "amazon-linux-2023")
    .description("publish a newer base image, as its vendor would, to see the drift")
    .action((family: string) =>
      start("sandbox", async (session) =>
        (await import("../commands/sandbox.ts")).publishImage(session, family),
      ),
    );
  sandbox
    .command("capacity")
    .argument("<zone>", "an availability zone, for example ap-southeast-2a")
    .argument(
      "<capacity>",
      "plenty, none (launches fail) or not-offered (the zone does not offer the instance type)",
    )
    .argument("[instance-type]", "for example t3.micro (default: every type)")
    .description("set the capacity of an availability zone, to see what happens without any")
    .action((zone: string, supply: string, instanceType?: string) =>
      start("sandbox", async (session) =>
        (await import("../commands/sandbox.ts")).capacity(session, zone, supply, instanceType),
      ),
    );
  sandbox
    .command("load")
    .argument("<kind>", "cpu, requests, errors or latency")
    .argument(
      "<value>",
      "the percentage of their CPU that the servers in service use, the requests a minute to the load balancer, the percentage of requests that the servers answer with 5xx, or the seconds that they need for a request; 0 ends each",
    )
    .option("--group <name>", "the Auto Scaling group (default: the only one)")
    .description(
      "set the load of a group's servers, to see it scale, or how they answer, to see alarms",
    )
    .action((kind: string, value: string, options: { group?: string }) =>
      start("sandbox", async (session) =>
        (await import("../commands/sandbox.ts")).load(session, kind, value, options.group),
      ),
    );
  sandbox
    .command("reclaim-spot")
    .argument("[count]", "how many Spot Instances EC2 takes back, the oldest first", "1")
    .option("--group <name>", "only those of this Auto Scaling group (default: of any)")
    .description("let EC2 take back Spot Instances, to see their group replace them")
    .action((count: string, options: { group?: string }) =>
      start("sandbox", async (session) =>
        (await import("../commands/sandbox.ts")).reclaimSpot(session, count, options.group),
      ),
    );
  sandbox
    .command("confirm")
    .argument("<endpoint>", "an email address or a URL that is subscribed to a topic")
    .description(
      "confirm the subscriptions of an address, as its owner would by the link in the mail",
    )
    .action((endpoint: string) =>
      start("sandbox", async (session) =>
        (await import("../commands/sandbox.ts")).confirm(session, endpoint),
      ),
    );
  sandbox
    .command("messages")
    .argument("[endpoint]", "only what has reached this email address or URL")
    .description("list what topics have sent; no mail leaves the sandbox")
    .action((endpoint?: string) =>
      start("sandbox", async (session) =>
        (await import("../commands/sandbox.ts")).messages(session, endpoint),
      ),
    );
};
