import { hostname, networkInterfaces } from "node:os";
import Fastify from "fastify";

const app = Fastify({ logger: true });

app.get("/", () => ({ server: hostname(), interfaces: Object.keys(networkInterfaces()) }));

await app.listen({ host: "0.0.0.0", port: Number(process.env.PORT) });
