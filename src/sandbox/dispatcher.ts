import { checkInput } from "./accepts.ts";
import type { SandboxClock } from "./clock.ts";
import { decodeForm } from "./codec/decode.ts";
import { fromJson, toJson } from "./codec/json.ts";
import { shapeOf } from "./codec/shape.ts";
import { isDocumentedFilter } from "./ec2/filter-names.ts";
import { AwsError, notModelled } from "./error.ts";
import {
  credentialsExpired,
  type Fault,
  type Faults,
  faultError,
  type PendingCall,
} from "./faults.ts";
import { UnknownFilter } from "./filters.ts";
import { isOperation } from "./operation-names.ts";
import { resolveEndpoint } from "./regions.ts";
import type { Operation, Service } from "./service.ts";
import {
  answer,
  errorAnswer,
  type HttpRequestLike,
  type HttpResponseLike,
  readRequest,
  type WireRequest,
} from "./wire.ts";
import type { World } from "./world.ts";

/** One API call, as observers see it. */
export interface ApiCall {
  /** Counts from 1, over all calls of this sandbox. */
  readonly number: number;
  /** Sandbox time in milliseconds. */
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether the operation can change anything. */
  readonly writes: boolean;
  /** The result: AWS's answer, or its error. Both are absent when a fault prevented the call. */
  readonly output?: object;
  readonly error?: { readonly code: string; readonly message: string; readonly status: number };
  /** The fault of the fault plan, if any. */
  readonly fault?: Fault;
}

interface Parts {
  readonly world: World;
  readonly clock: SandboxClock;
  readonly region: string;
  readonly faults: () => Faults;
  readonly save: () => void;
  readonly observed: (call: ApiCall) => void;
}

interface Known {
  readonly service: Service;
  readonly operation: Operation;
}

/** Services whose name in the AWS CLI differs from that of the endpoint. */
const CLI_NAMES: Readonly<Record<string, string>> = { elb: "elasticloadbalancing" };

/** Handles each request: faults, time, checks, the operation, and saving the state. */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #operations = new Map<string, Known>();
  readonly #services = new Map<string, Service>();
  #calls = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const service of parts.world.services) {
      this.#services.set(service.version, service);
      for (const operation of service.operations) {
        this.#operations.set(`${service.name}:${operation.name}`, { service, operation });
      }
    }
  }

  /** Handles one request over the wire. Rejects only like a connection: broken or aborted. */
  async handle(request: HttpRequestLike, signal?: AbortSignal): Promise<HttpResponseLike> {
    this.#calls += 1;
    const number = this.#calls;
    const requestId = requestIdOf(number);
    let service: Service | undefined;
    try {
      const wire = readRequest(request);
      service = this.#services.get(wire.version);
      const known = this.#find(service, wire);
      const shape = shapeOf(known.operation.schema[4], known.service.protocol);
      const input = decodeForm(shape, wire.form, known.service.protocol);
      const regionName = wire.region ?? this.#parts.region;
      resolveEndpoint(regionName, request.hostname);
      const pending = {
        number,
        at: this.#parts.clock.now(),
        service: known.service.name,
        operation: known.operation.name,
        region: regionName,
        input,
      };
      const fault = this.#parts.faults().decide(pending);
      if (fault?.delayMilliseconds !== undefined) {
        await this.#parts.clock.sleep(fault.delayMilliseconds, signal);
      }
      signal?.throwIfAborted();
      const observed = {
        ...pending,
        accessKeyId: wire.accessKeyId,
        writes: known.operation.writes,
      };
      if (fault !== undefined && fault.kind !== "slow" && fault.when !== "after") {
        this.#parts.observed({ ...observed, fault });
        return await this.#strike(fault, pending, known, requestId, signal);
      }
      const outcome = this.#run(known, input, regionName, wire.accessKeyId);
      this.#parts.observed({ ...observed, ...outcome, ...(fault === undefined ? {} : { fault }) });
      if (fault !== undefined && fault.kind !== "slow") {
        return await this.#strike(fault, pending, known, requestId, signal);
      }
      if (outcome.error !== undefined) throw outcome.error;
      return answer(known.operation, known.service, outcome.output ?? {}, requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return errorAnswer(error, service?.protocol ?? "query", requestId);
    }
  }

  /** One call by name; see `Sandbox.call`. */
  call(serviceName: string, operationName: string, value: unknown, regionName: string): unknown {
    this.#calls += 1;
    const number = this.#calls;
    const name = CLI_NAMES[serviceName] ?? serviceName;
    const service = this.#parts.world.services.find((known) => known.name === name);
    if (service === undefined) {
      const names = this.#parts.world.services.map((known) => known.name).join(", ");
      throw new AwsError(
        "UnknownService",
        `The service ${serviceName} is not modelled by this sandbox. Modelled services: ${names}.`,
      );
    }
    const known = this.#operations.get(`${service.name}:${operationName}`);
    if (known === undefined) {
      const names = service.operations
        .map((operation) => operation.name)
        .sort()
        .join(", ");
      if (isOperation(service.name, operationName)) {
        const { code, message } = operationNotModelled(operationName);
        throw new AwsError(code, `${message} Modelled actions: ${names}.`);
      }
      const action = actionOf(operationName);
      if (action !== operationName && this.#operations.has(`${service.name}:${action}`)) {
        throw new AwsError(
          "InvalidAction",
          `The action ${operationName} is not valid for ${serviceName}. Write ${action}.`,
        );
      }
      throw new AwsError(
        "InvalidAction",
        `The action ${operationName} is not valid for ${serviceName}. Modelled actions: ${names}.`,
      );
    }
    const input = fromJson(shapeOf(known.operation.schema[4], service.protocol), value);
    const outcome = this.#run(known, input, regionName, "");
    this.#parts.observed({
      number,
      at: this.#parts.world.now(),
      service: service.name,
      operation: operationName,
      region: regionName,
      accessKeyId: "",
      input,
      writes: known.operation.writes,
      ...outcome,
    });
    if (outcome.error !== undefined) throw outcome.error;
    const shape = shapeOf(known.operation.schema[5], service.protocol);
    return shape === undefined ? {} : toJson(shape, outcome.output);
  }

  #find(service: Service | undefined, wire: WireRequest): Known {
    if (service === undefined) {
      throw new AwsError(
        "NoSuchVersion",
        `This sandbox does not model the requested version (${wire.version}) of the service.`,
      );
    }
    const known = this.#operations.get(`${service.name}:${wire.action}`);
    if (known === undefined) {
      if (isOperation(service.name, wire.action)) throw operationNotModelled(wire.action);
      throw new AwsError(
        "InvalidAction",
        service.protocol === "ec2"
          ? `The action ${wire.action} is not valid for this web service.`
          : `Could not find operation ${wire.action} for version ${wire.version}`,
      );
    }
    return known;
  }

  /** Advances the world to the current time, checks the request, and runs the operation atomically. */
  #run(
    known: Known,
    input: Record<string, unknown>,
    regionName: string,
    accessKeyId: string,
  ): { output?: object; error?: AwsError } {
    const { world, clock } = this.#parts;
    const { service, operation } = known;
    world.advance(clock.now());
    const opened = world.state.regions[regionName] === undefined;
    try {
      if (accessKeyId.startsWith("EXPIRED")) throw credentialsExpired(service.name);
      checkInput(
        operation,
        shapeOf(operation.schema[4], service.protocol),
        input,
        service.protocol,
      );
      if (service.protocol === "ec2" && input["DryRun"] === true) {
        throw new AwsError(
          "DryRunOperation",
          "Request would have succeeded, but DryRun flag is set.",
          412,
        );
      }
      return { output: operation.run(world.region(regionName), input) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { error: withFilterExplained(error, operation.name) };
    } finally {
      if (operation.writes || opened) this.#parts.save();
    }
  }

  async #strike(
    fault: Fault,
    call: PendingCall,
    known: Known,
    requestId: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpResponseLike> {
    const error = faultError(fault, call);
    if (error !== undefined) return errorAnswer(error, known.service.protocol, requestId);
    if (fault.kind === "hang") {
      await new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    }
    // Node's error for a connection that the other side closed.
    throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  }
}

/** The operation of a command of the AWS CLI: `DescribeVpcs` for `describe-vpcs`. */
function actionOf(command: string): string {
  return command.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function operationNotModelled(name: string): AwsError {
  return notModelled(`The operation ${name}`);
}

/** A filter of AWS that this sandbox does not model is not a mistake of the caller. */
function withFilterExplained(error: AwsError, operation: string): AwsError {
  const isReal = error instanceof UnknownFilter && isDocumentedFilter(operation, error.filter);
  return isReal ? notModelled(`The filter ${error.filter} of ${operation}`) : error;
}

/** An id in the format of AWS's request ids. It ends with the number of the call. */
function requestIdOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}
