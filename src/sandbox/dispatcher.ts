import { checkInput } from "./accepts.ts";
import { Catalogue, type Known } from "./catalogue.ts";
import type { SandboxClock } from "./clock.ts";
import { fromJson, toJson } from "./codec/json.ts";
import { shapeOf } from "./codec/shape.ts";
import { AwsError, notModelled } from "./error.ts";
import { type Fault, type Faults, faultError, type PendingCall } from "./faults.ts";
import { UnknownFilter } from "./filters.ts";
import type { HttpResponseLike } from "./protocol/protocol.ts";
import { writeQueryError } from "./protocol/query.ts";
import { type HttpRequestLike, WireRequest } from "./protocol/request.ts";
import { globalRegion, resolveEndpoint } from "./regions.ts";
import type { Service } from "./service.ts";
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

/** Handles each request: faults, time, checks, the operation, and saving the state. */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #catalogue: Catalogue;
  #calls = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#catalogue = new Catalogue(parts.world.services);
  }

  /** Handles one request over the wire. Rejects only like a connection: broken or aborted. */
  async handle(http: HttpRequestLike, signal?: AbortSignal): Promise<HttpResponseLike> {
    const answer = await this.#answer(http, signal);
    // HTTP: the answer to HEAD has the headers alone.
    return http.method === "HEAD" ? { ...answer, body: new Uint8Array() } : answer;
  }

  async #answer(http: HttpRequestLike, signal?: AbortSignal): Promise<HttpResponseLike> {
    this.#calls += 1;
    const number = this.#calls;
    const requestId = requestIdOf(number);
    const request = new WireRequest(http);
    let service: Service | undefined;
    try {
      const found = this.#catalogue.serviceOf(request) ?? noSuchVersion(request);
      const { region, accessKeyId } = request.scope;
      if (found instanceof AwsError) throw found;
      service = found;
      const operation = this.#catalogue.operationOf(service, request);
      const known = { service, operation };
      const input = service.protocol.readInput(operation.schema, request);
      resolveEndpoint(region, http.hostname);
      service.protocol.admit?.(request, this.#parts.clock.now());
      const pending = {
        number,
        at: this.#parts.clock.now(),
        service: service.name,
        operation: operation.name,
        region,
        input,
      };
      const fault = this.#parts.faults().decide(pending);
      if (fault?.delayMilliseconds !== undefined) {
        await this.#parts.clock.sleep(fault.delayMilliseconds, signal);
      }
      signal?.throwIfAborted();
      const observed = { ...pending, accessKeyId, writes: operation.writes };
      if (fault !== undefined && fault.kind !== "slow" && fault.when !== "after") {
        this.#parts.observed({ ...observed, fault });
        return await this.#strike(fault, pending, known, requestId, signal);
      }
      const outcome = this.#run(known, input, region, accessKeyId);
      this.#parts.observed({ ...observed, ...outcome, ...(fault === undefined ? {} : { fault }) });
      if (fault !== undefined && fault.kind !== "slow") {
        return await this.#strike(fault, pending, known, requestId, signal);
      }
      if (outcome.error !== undefined) throw outcome.error;
      return service.protocol.writeOutput(operation.schema, outcome.output ?? {}, requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return (service?.protocol.writeError ?? writeQueryError)(error, requestId);
    }
  }

  /** One call by name; see `Sandbox.call`. */
  call(serviceName: string, operationName: string, value: unknown, regionName: string): unknown {
    this.#calls += 1;
    const number = this.#calls;
    const known = this.#catalogue.byName(serviceName, operationName);
    const { service, operation } = known;
    const input = fromJson(shapeOf(operation.schema[4]), value);
    const outcome = this.#run(known, input, regionName, "");
    this.#parts.observed({
      number,
      at: this.#parts.world.now(),
      service: service.name,
      operation: operation.name,
      region: regionName,
      accessKeyId: "",
      input,
      writes: operation.writes,
      ...outcome,
    });
    if (outcome.error !== undefined) throw outcome.error;
    const shape = shapeOf(operation.schema[5]);
    return shape === undefined ? {} : toJson(shape, outcome.output);
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
    const place = service.isGlobal === true ? globalRegion(regionName) : regionName;
    const opened = world.state.regions[place] === undefined;
    try {
      if (accessKeyId.startsWith("EXPIRED")) throw service.errors.credentialsExpired();
      checkInput(operation, input, service);
      if (service.dryRun === true && input["DryRun"] === true) {
        throw new AwsError(
          "DryRunOperation",
          "Request would have succeeded, but DryRun flag is set.",
          412,
        );
      }
      return { output: operation.run(world.region(place), input) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { error: withFilterExplained(error, known) };
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
    const { errors, protocol } = known.service;
    const error = faultError(fault, call, errors);
    if (error !== undefined) return protocol.writeError(error, requestId);
    if (fault.kind === "hang") {
      await new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    }
    // Node's error for a connection that the other side closed.
    throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  }
}

/** For a request that no service claims. @throws AwsError when its body is not even a form. */
function noSuchVersion({ form }: WireRequest): AwsError {
  return new AwsError(
    "NoSuchVersion",
    `This sandbox does not model the requested version (${form.get("Version") ?? ""}) of the service.`,
  );
}

/** A filter of AWS that this sandbox does not model is not a mistake of the caller. */
function withFilterExplained(error: AwsError, { service, operation }: Known): AwsError {
  if (!(error instanceof UnknownFilter)) return error;
  return service.isDocumentedFilter?.(operation.name, error.filter) === true
    ? notModelled(`The filter ${error.filter} of ${operation.name}`)
    : error;
}

/** An id in the format of AWS's request ids. It ends with the number of the call. */
function requestIdOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}
